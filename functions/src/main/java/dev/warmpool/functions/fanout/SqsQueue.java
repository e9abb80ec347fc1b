package dev.warmpool.functions.fanout;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.SqsClientBuilder;
import software.amazon.awssdk.services.sqs.model.BatchResultErrorEntry;
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue;
import software.amazon.awssdk.services.sqs.model.SendMessageBatchRequestEntry;

/**
 * A queue of SQS. The client is made by the first call, so that a function that sends nothing loads
 * nothing of it. Calls block a thread of Reactor's bounded scheduler. Thread-safe.
 */
final class SqsQueue implements MessageQueue {

  /** Bounds a call with its attempts, and each of them: a queue in reach answers in 50 ms. */
  private static final Duration CALL_LIMIT = Duration.ofSeconds(4);

  private static final Duration ATTEMPT_LIMIT = Duration.ofMillis(1_500);

  private final String url;
  private final Supplier<SqsClient> client;

  private SqsQueue(String url, Supplier<SqsClient> client) {
    this.url = url;
    this.client = client;
  }

  /**
   * Returns the queue of this URL.
   *
   * @param setting the setting that has the URL, for messages
   * @param environment has the region and, outside AWS, the service's address
   * @throws IllegalArgumentException if the URL is none
   */
  static SqsQueue of(String url, String setting, Map<String, String> environment) {
    if (!url.matches("https?://[^/\\s]+/\\S+")) {
      throw new IllegalArgumentException(setting + " is '" + url + "': must be the URL of a queue");
    }
    return new SqsQueue(url, new Client(setting, environment));
  }

  @Override
  public Mono<Map<Integer, String>> send(List<Message> messages) {
    return Mono.fromCallable(() -> sendNow(messages)).subscribeOn(Schedulers.boundedElastic());
  }

  private Map<Integer, String> sendNow(List<Message> messages) {
    List<SendMessageBatchRequestEntry> entries = new ArrayList<>();
    for (Message message : messages) {
      entries.add(entry(Integer.toString(entries.size()), message));
    }
    Map<Integer, String> refused = new HashMap<>();
    for (BatchResultErrorEntry error :
        client.get().sendMessageBatch(call -> call.queueUrl(url).entries(entries)).failed()) {
      refused.put(Integer.valueOf(error.id()), error.code() + ": " + error.message());
    }
    return refused;
  }

  private static SendMessageBatchRequestEntry entry(String id, Message message) {
    Map<String, MessageAttributeValue> attributes = new HashMap<>();
    message
        .attributes()
        .forEach(
            (name, value) ->
                attributes.put(
                    name,
                    MessageAttributeValue.builder().dataType("String").stringValue(value).build()));
    return SendMessageBatchRequestEntry.builder()
        .id(id)
        .messageBody(message.body())
        .messageAttributes(attributes)
        .build();
  }

  /** Makes the client when it is first asked for. */
  private static final class Client implements Supplier<SqsClient> {

    private static final String REGION = "AWS_REGION";
    private static final String ENDPOINT = "AWS_ENDPOINT_URL_SQS";

    private final String setting;
    private final Map<String, String> environment;
    private Optional<SqsClient> made = Optional.empty();

    Client(String setting, Map<String, String> environment) {
      this.setting = setting;
      this.environment = environment;
    }

    @Override
    public synchronized SqsClient get() {
      if (made.isEmpty()) {
        made = Optional.of(make());
      }
      return made.get();
    }

    private SqsClient make() {
      String region = environment.getOrDefault(REGION, "");
      if (region.isBlank()) {
        throw new IllegalStateException(
            REGION + " is not set: it is the region of the queue in " + setting);
      }
      SqsClientBuilder builder =
          SqsClient.builder()
              .httpClientBuilder(UrlConnectionHttpClient.builder())
              .region(Region.of(region))
              .overrideConfiguration(
                  limits -> limits.apiCallTimeout(CALL_LIMIT).apiCallAttemptTimeout(ATTEMPT_LIMIT));
      String endpoint = environment.getOrDefault(ENDPOINT, "");
      return endpoint.isBlank()
          ? builder.build()
          : builder.endpointOverride(URI.create(endpoint)).build();
    }
  }
}
