package dev.warmpool.functions;

import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.events.SQSBatchResponse;
import com.amazonaws.services.lambda.runtime.events.SQSBatchResponse.BatchItemFailure;
import com.amazonaws.services.lambda.runtime.events.SQSEvent;
import com.amazonaws.services.lambda.runtime.events.SQSEvent.SQSMessage;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.warmpool.functions.cleanup.CleanupHandler;
import dev.warmpool.functions.cleanup.CleanupWorkerHandler;
import dev.warmpool.session.testkit.AwsEmulator;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.Message;

/** Cleanup and its workers with a queue of an emulator of SQS between them. */
class EmulatedQueueIT {

  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final int TIMEOUT = 20_000;

  private static SqsClient sqs;
  private static String queue;
  private static Map<String, String> environment;
  private static Api api;

  @BeforeAll
  static void start() {
    AwsEmulator emulator = AwsEmulator.required();
    sqs = SqsClient.builder().httpClientBuilder(UrlConnectionHttpClient.builder()).build();
    queue = sqs.createQueue(call -> call.queueName("cleanup-" + UUID.randomUUID())).queueUrl();
    environment =
        Map.of(
            "CLEANUP_QUEUE_URL",
            queue,
            "FANOUT_THRESHOLD",
            "0",
            "AWS_REGION",
            emulator.region(),
            "AWS_ENDPOINT_URL_SQS",
            emulator.endpoint().toString());
    Api.admin("DROP SCHEMA IF EXISTS warmpool CASCADE");
    Api.migrate("queue_a", "queue_b", "queue_c");
    api = Api.with(Map.of());
  }

  @AfterAll
  static void stop() {
    if (api != null) {
      api.close();
      sqs.deleteQueue(call -> call.queueUrl(queue));
      sqs.close();
    }
  }

  private static JsonNode clean(String event) throws IOException {
    ByteArrayOutputStream response = new ByteArrayOutputStream();
    new CleanupHandler(api::sessions, environment)
        .handleRequest(
            new ByteArrayInputStream(event.getBytes(StandardCharsets.UTF_8)),
            response,
            new FakeContext(TIMEOUT));
    return JsonMapper.builder().build().readTree(response.toByteArray());
  }

  /** Does what Lambda's event source does with one batch. */
  private static void work() {
    List<Message> messages =
        sqs.receiveMessage(
                call ->
                    call.queueUrl(queue)
                        .maxNumberOfMessages(10)
                        .messageAttributeNames("All")
                        .waitTimeSeconds(1))
            .messages();
    SQSEvent event = new SQSEvent();
    event.setRecords(messages.stream().map(EmulatedQueueIT::message).toList());
    SQSBatchResponse answer =
        new CleanupWorkerHandler(api::sessions, environment)
            .handleRequest(event, new FakeContext(TIMEOUT));
    List<String> failed =
        answer.getBatchItemFailures().stream().map(BatchItemFailure::getItemIdentifier).toList();
    messages.stream()
        .filter(message -> !failed.contains(message.messageId()))
        .forEach(
            message ->
                sqs.deleteMessage(
                    call -> call.queueUrl(queue).receiptHandle(message.receiptHandle())));
  }

  private static SQSMessage message(Message message) {
    SQSMessage record = new SQSMessage();
    record.setMessageId(message.messageId());
    record.setReceiptHandle(message.receiptHandle());
    record.setBody(message.body());
    record.setEventSource("aws:sqs");
    return record;
  }

  @Test
  void worksThroughTheTenantsOfARun() throws IOException {
    for (String schema : List.of("queue_a", "queue_b", "queue_c")) {
      Api.admin(
          "INSERT INTO %s.users (email, name, deleted_at) VALUES ('a@example.org', 'A', now() - interval '90 days')"
              .formatted(schema));
    }

    String run = clean("{}").path("run").asText();
    Awaitility.await()
        .atMost(LIMIT)
        .until(
            () -> {
              work();
              return clean("{\"detail\":{\"run\":\"" + run + "\"}}").path("complete").asBoolean();
            });

    for (String schema : List.of("queue_a", "queue_b", "queue_c")) {
      assertThat(Api.number("SELECT count(*) FROM " + schema + ".users")).isZero();
    }
    assertThat(sqs.receiveMessage(call -> call.queueUrl(queue).visibilityTimeout(0)).hasMessages())
        .as("every message was deleted")
        .isFalse();
  }
}
