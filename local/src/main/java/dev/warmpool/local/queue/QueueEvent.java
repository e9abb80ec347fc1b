package dev.warmpool.local.queue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.warmpool.local.template.QueueDefinition;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The event that Lambda makes of a batch of messages. */
final class QueueEvent {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private QueueEvent() {}

  /**
   * Makes the event.
   *
   * @param messages messages as the SQS API gives them
   */
  static byte[] of(QueueDefinition queue, List<JsonNode> messages) {
    ObjectNode event = JSON.createObjectNode();
    messages.forEach(message -> record(event.withArray("Records").addObject(), queue, message));
    return event.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static void record(ObjectNode record, QueueDefinition queue, JsonNode message) {
    record
        .put("messageId", message.path("MessageId").asText())
        .put("receiptHandle", message.path("ReceiptHandle").asText())
        .put("body", message.path("Body").asText());
    record.set("attributes", message.path("Attributes"));
    ObjectNode attributes = record.putObject("messageAttributes");
    message
        .path("MessageAttributes")
        .properties()
        .forEach(
            attribute -> attribute(attributes.putObject(attribute.getKey()), attribute.getValue()));
    record.put("md5OfBody", message.path("MD5OfBody").asText());
    if (message.has("MD5OfMessageAttributes")) {
      record.put("md5OfMessageAttributes", message.path("MD5OfMessageAttributes").asText());
    }
    record
        .put("eventSource", "aws:sqs")
        .put("eventSourceARN", queue.arn())
        .put("awsRegion", "us-east-1");
  }

  private static void attribute(ObjectNode attribute, JsonNode value) {
    for (String form : new String[] {"StringValue", "BinaryValue"}) {
      if (value.hasNonNull(form)) {
        attribute.put(
            form.equals("StringValue") ? "stringValue" : "binaryValue", value.path(form).asText());
      }
    }
    attribute.putArray("stringListValues");
    attribute.putArray("binaryListValues");
    attribute.put("dataType", value.path("DataType").asText());
  }
}
