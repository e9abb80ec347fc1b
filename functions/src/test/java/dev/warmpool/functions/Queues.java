package dev.warmpool.functions;

import com.amazonaws.services.lambda.runtime.events.SQSBatchResponse;
import com.amazonaws.services.lambda.runtime.events.SQSBatchResponse.BatchItemFailure;
import com.amazonaws.services.lambda.runtime.events.SQSEvent;
import com.amazonaws.services.lambda.runtime.events.SQSEvent.SQSMessage;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.elasticmq.rest.sqs.SQSRestServer;
import org.elasticmq.rest.sqs.SQSRestServerBuilder;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.Message;
import software.amazon.awssdk.services.sqs.model.MessageSystemAttributeName;
import software.amazon.awssdk.services.sqs.model.QueueAttributeName;

/**
 * The queue and the dead letters of the template, with a short visibility time-out, on an SQS
 * server in this JVM; and Lambda's poller, which hands their messages to a function. Thread-safe.
 */
final class Queues implements AutoCloseable {

  private static final String REGION = "us-east-1";

  static {
    System.setProperty("aws.accessKeyId", "any");
    System.setProperty("aws.secretAccessKey", "any");
  }

  private final SQSRestServer server =
      SQSRestServerBuilder.withInterface("127.0.0.1").withDynamicPort().start();
  private final URI address =
      URI.create("http://127.0.0.1:" + server.waitUntilStarted().localAddress().getPort());
  private final SqsClient client =
      SqsClient.builder()
          .httpClientBuilder(UrlConnectionHttpClient.builder())
          .region(Region.of(REGION))
          .endpointOverride(address)
          .build();
  private final String deadLetters = create("dead", Map.of());
  private final String work =
      create(
          "work",
          Map.of(
              QueueAttributeName.VISIBILITY_TIMEOUT,
              "360",
              QueueAttributeName.REDRIVE_POLICY,
              "{\"deadLetterTargetArn\":\"arn:aws:sqs:elasticmq:000000000000:dead\","
                  + "\"maxReceiveCount\":\"3\"}"));

  private String create(String name, Map<QueueAttributeName, String> attributes) {
    return client.createQueue(queue -> queue.queueName(name).attributes(attributes)).queueUrl();
  }

  /** Returns the settings that the template gives the functions. */
  Map<String, String> environment() {
    return Map.of(
        "AWS_REGION", REGION,
        "AWS_ENDPOINT_URL_SQS", address.toString(),
        "CLEANUP_QUEUE_URL", work,
        "CLEANUP_DEAD_LETTERS_URL", deadLetters);
  }

  /** Takes every message out of the queue and returns the bodies. */
  List<String> drain() {
    List<String> bodies = new ArrayList<>();
    for (List<Message> some = receive(work); !some.isEmpty(); some = receive(work)) {
      some.forEach(message -> bodies.add(message.body()));
      some.forEach(message -> delete(work, message));
    }
    return bodies;
  }

  void send(String body) {
    client.sendMessage(message -> message.queueUrl(work).messageBody(body));
  }

  /** Returns the dead letters and removes them. */
  List<Message> deadLetters() {
    List<Message> letters = new ArrayList<>();
    for (List<Message> some = receive(deadLetters); !some.isEmpty(); some = receive(deadLetters)) {
      letters.addAll(some);
      some.forEach(message -> delete(deadLetters, message));
    }
    return letters;
  }

  private List<Message> receive(String queue) {
    return client
        .receiveMessage(
            request ->
                request
                    .queueUrl(queue)
                    .maxNumberOfMessages(5)
                    .messageAttributeNames("All")
                    .messageSystemAttributeNames(MessageSystemAttributeName.ALL))
        .messages();
  }

  private void delete(String queue, Message message) {
    client.deleteMessage(request -> request.queueUrl(queue).receiptHandle(message.receiptHandle()));
  }

  /**
   * Hands the next messages to a function and deletes those that it does not report. Those that it
   * reports come again at once.
   */
  void poll(Function<SQSEvent, SQSBatchResponse> function) {
    List<Message> messages = receive(work);
    if (messages.isEmpty()) {
      return;
    }
    SQSEvent event = new SQSEvent();
    event.setRecords(messages.stream().map(Queues::record).toList());
    Set<String> again =
        function.apply(event).getBatchItemFailures().stream()
            .map(BatchItemFailure::getItemIdentifier)
            .collect(Collectors.toSet());
    for (Message message : messages) {
      if (again.contains(message.messageId())) {
        show(message);
      } else {
        delete(work, message);
      }
    }
  }

  /** Spares the tests the visibility time-out. */
  private void show(Message message) {
    client.changeMessageVisibility(
        request ->
            request.queueUrl(work).receiptHandle(message.receiptHandle()).visibilityTimeout(0));
  }

  private static SQSMessage record(Message message) {
    SQSMessage record = new SQSMessage();
    record.setMessageId(message.messageId());
    record.setBody(message.body());
    record.setEventSource("aws:sqs");
    record.setAttributes(
        Map.of(
            "ApproximateReceiveCount",
            message.attributes().get(MessageSystemAttributeName.APPROXIMATE_RECEIVE_COUNT)));
    return record;
  }

  @Override
  public void close() {
    client.close();
    server.stopAndWait();
  }
}
