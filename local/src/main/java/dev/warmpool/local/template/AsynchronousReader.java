package dev.warmpool.local.template;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Reads how a function's asynchronous events are handled. Confined to one reading. */
final class AsynchronousReader {

  private final Intrinsics intrinsics;
  private final QueueReader queues;
  private final Map<String, AsynchronousDefinition> functions = new LinkedHashMap<>();

  AsynchronousReader(Intrinsics intrinsics, QueueReader queues) {
    this.intrinsics = intrinsics;
    this.queues = queues;
  }

  /** By the functions' logical ids. */
  Map<String, AsynchronousDefinition> functions() {
    return functions;
  }

  /**
   * Reads a function's settings.
   *
   * @param config the property {@code EventInvokeConfig}
   * @param deadLetterQueue the property {@code DeadLetterQueue}
   */
  void function(String name, YamlNode config, YamlNode deadLetterQueue) {
    AsynchronousDefinition absent = AsynchronousDefinition.DEFAULT;
    YamlNode destinations = config.get("DestinationConfig");
    functions.put(
        name,
        new AsynchronousDefinition(
            number(config.get("MaximumRetryAttempts"), absent.retries()),
            Duration.ofSeconds(
                number(config.get("MaximumEventAgeInSeconds"), (int) absent.maxAge().toSeconds())),
            destination(name, "OnSuccess", destinations),
            destination(name, "OnFailure", destinations),
            text(deadLetterQueue.get("TargetArn"))));
  }

  private int number(YamlNode node, int absent) {
    String text = intrinsics.text(node);
    return text.matches("\\d{1,6}") ? Integer.parseInt(text) : absent;
  }

  /** SAM makes a queue for a destination of type SQS that names none. */
  private Optional<String> destination(String function, String event, YamlNode destinations) {
    YamlNode destination = intrinsics.chosen(destinations.get(event));
    Optional<String> named = text(destination.get("Destination"));
    return named.isPresent() || !intrinsics.text(destination.get("Type")).equals("SQS")
        ? named
        : Optional.of(
            queues
                .generated(
                    function + "EventInvokeConfig" + event + "Queue",
                    function + ".DestinationQueue")
                .arn());
  }

  private Optional<String> text(YamlNode node) {
    return Optional.of(intrinsics.text(node)).filter(text -> !text.isBlank());
  }
}
