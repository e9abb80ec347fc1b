package dev.warmpool.local.queue;

import com.amazonaws.services.lambda.runtime.events.SQSEvent;
import com.amazonaws.services.lambda.runtime.events.SQSEvent.MessageAttribute;
import com.amazonaws.services.lambda.runtime.events.SQSEvent.SQSMessage;
import com.amazonaws.services.lambda.runtime.serialization.PojoSerializer;
import com.amazonaws.services.lambda.runtime.serialization.events.LambdaEventSerializers;
import com.fasterxml.jackson.databind.JsonNode;
import dev.warmpool.local.template.QueueDefinition;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The event that Lambda makes of a batch of messages, written by Lambda's own serializer. */
final class QueueEvent {

  private static final PojoSerializer<SQSEvent> SERIALIZER =
      LambdaEventSerializers.serializerFor(SQSEvent.class, QueueEvent.class.getClassLoader());

  private QueueEvent() {}

  /**
   * Makes the event.
   *
   * @param messages messages as the SQS API gives them
   */
  static byte[] of(QueueDefinition queue, List<JsonNode> messages) {
    SQSEvent event = new SQSEvent();
    event.setRecords(messages.stream().map(message -> record(queue, message)).toList());
    ByteArrayOutputStream json = new ByteArrayOutputStream();
    SERIALIZER.toJson(event, json);
    return json.toByteArray();
  }

  private static SQSMessage record(QueueDefinition queue, JsonNode message) {
    SQSMessage record = new SQSMessage();
    record.setMessageId(message.path("MessageId").asText());
    record.setReceiptHandle(message.path("ReceiptHandle").asText());
    record.setBody(message.path("Body").asText());
    Map<String, String> attributes = new LinkedHashMap<>();
    message
        .path("Attributes")
        .properties()
        .forEach(attribute -> attributes.put(attribute.getKey(), attribute.getValue().asText()));
    record.setAttributes(attributes);
    Map<String, MessageAttribute> sent = new LinkedHashMap<>();
    message
        .path("MessageAttributes")
        .properties()
        .forEach(attribute -> sent.put(attribute.getKey(), attribute(attribute.getValue())));
    record.setMessageAttributes(sent);
    record.setMd5OfBody(message.path("MD5OfBody").asText());
    record.setMd5OfMessageAttributes(message.path("MD5OfMessageAttributes").asText(null));
    record.setEventSource("aws:sqs");
    record.setEventSourceArn(queue.arn());
    record.setAwsRegion("us-east-1");
    return record;
  }

  private static MessageAttribute attribute(JsonNode value) {
    MessageAttribute attribute = new MessageAttribute();
    attribute.setStringValue(value.path("StringValue").asText(null));
    if (value.hasNonNull("BinaryValue")) {
      byte[] bytes = Base64.getDecoder().decode(value.path("BinaryValue").asText());
      attribute.setBinaryValue(ByteBuffer.wrap(bytes));
    }
    attribute.setStringListValues(List.of());
    attribute.setBinaryListValues(List.of());
    attribute.setDataType(value.path("DataType").asText());
    return attribute;
  }
}
