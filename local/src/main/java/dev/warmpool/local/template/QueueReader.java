package dev.warmpool.local.template;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Reads the queues of a template and the events that come from them. Confined to one reading. */
final class QueueReader {

  /** Properties that are attributes of the SQS API by the same name. */
  private static final List<String> ATTRIBUTES =
      List.of(
          "VisibilityTimeout",
          "DelaySeconds",
          "ReceiveMessageWaitTimeSeconds",
          "FifoQueue",
          "ContentBasedDeduplication");

  /** Lambda's default. */
  private static final int BATCH_SIZE = 10;

  private static final String POLICY = "RedrivePolicy";
  private static final String TARGET = "deadLetterTargetArn";
  private static final String COUNT = "maxReceiveCount";

  private final Intrinsics intrinsics;
  private final Map<String, QueueDefinition> queues = new LinkedHashMap<>();
  private final List<QueueEventDefinition> events = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();

  QueueReader(Intrinsics intrinsics) {
    this.intrinsics = intrinsics;
  }

  List<QueueDefinition> queues() {
    return List.copyOf(queues.values());
  }

  List<QueueEventDefinition> events() {
    return events;
  }

  /** Parts of the template that are not applied, one line each. */
  List<String> notes() {
    return notes;
  }

  /** Makes references to the queue resolve. Must precede the reading of any resource. */
  void define(String id, YamlNode properties) {
    String name = name(id, properties);
    intrinsics.assign(id, QueueDefinition.url(name));
    intrinsics.assign(id + ".QueueUrl", QueueDefinition.url(name));
    intrinsics.assign(id + ".QueueName", name);
    intrinsics.assign(id + ".Arn", QueueDefinition.arn(name));
  }

  private String name(String id, YamlNode properties) {
    String name = intrinsics.text(properties.get("QueueName"));
    boolean fifo = intrinsics.text(properties.get("FifoQueue")).equals("true");
    return !name.isBlank() ? name : fifo ? id + ".fifo" : id;
  }

  /** Reads an {@code AWS::SQS::Queue}. */
  void queue(String id, YamlNode properties) {
    Map<String, String> attributes = new LinkedHashMap<>();
    for (String name : ATTRIBUTES) {
      YamlNode value = intrinsics.chosen(properties.get(name));
      if (!value.isAbsent()) {
        attributes.put(name, intrinsics.text(value));
      }
    }
    YamlNode policy = intrinsics.chosen(properties.get(POLICY));
    Optional<String> target = Optional.empty();
    if (!policy.isAbsent()) {
      target = Optional.of(intrinsics.text(policy.get(TARGET)));
      attributes.put(POLICY, policy(target.get(), intrinsics.text(policy.get(COUNT))));
    }
    queues.put(id, new QueueDefinition(id, name(id, properties), attributes, target));
  }

  private static String policy(String target, String count) {
    return JsonMapper.builder()
        .build()
        .createObjectNode()
        .put(TARGET, target)
        .put(COUNT, count)
        .toString();
  }

  /** Adds a queue that SAM makes; references to it resolve by its name in the template. */
  QueueDefinition generated(String id, String reference) {
    QueueDefinition queue = new QueueDefinition(id, id, Map.of(), Optional.empty());
    intrinsics.assign(reference, queue.url());
    intrinsics.assign(reference + ".Arn", queue.arn());
    queues.put(id, queue);
    return queue;
  }

  /** Reads an event of type {@code SQS}. */
  void event(String function, String name, YamlNode properties) {
    YamlNode concurrency = properties.get("ScalingConfig").get("MaximumConcurrency");
    String enabled = intrinsics.text(properties.get("Enabled"));
    events.add(
        new QueueEventDefinition(
            name,
            function,
            intrinsics.text(properties.get("Queue")),
            number(properties.get("BatchSize")).orElse(BATCH_SIZE),
            Duration.ofSeconds(number(properties.get("MaximumBatchingWindowInSeconds")).orElse(0)),
            number(concurrency),
            intrinsics.chosen(properties.get("FunctionResponseTypes")).items().stream()
                .anyMatch(type -> intrinsics.text(type).equals("ReportBatchItemFailures")),
            !enabled.equals("false")));
    if (!intrinsics.chosen(properties.get("FilterCriteria")).isAbsent()) {
      notes.add("FilterCriteria of %s.%s".formatted(function, name));
    }
  }

  private OptionalInt number(YamlNode node) {
    String text = intrinsics.text(node);
    return text.matches("\\d{1,6}") ? OptionalInt.of(Integer.parseInt(text)) : OptionalInt.empty();
  }
}
