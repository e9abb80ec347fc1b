package dev.warmpool.local.queue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.warmpool.local.template.QueueDefinition;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** The calls of the SQS API that the runner itself makes. Thread-safe. */
final class SqsClient {

  /** The limit of SQS on the messages of one request. */
  static final int BATCH = 10;

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final SqsServer server;

  SqsClient(SqsServer server) {
    this.server = server;
  }

  /** Creates a queue; one that it names as its dead-letter queue must exist. */
  void create(QueueDefinition queue) {
    ObjectNode request = JSON.createObjectNode().put("QueueName", queue.name());
    queue.attributes().forEach(request.putObject("Attributes")::put);
    call("CreateQueue", request);
  }

  /**
   * Sends a message.
   *
   * @param attributes message attributes; of type Number where the value is one
   * @return its id
   */
  String send(QueueDefinition queue, String body, Map<String, String> attributes) {
    ObjectNode request = request(queue).put("MessageBody", body);
    if (queue.isFifo()) {
      request.put("MessageGroupId", "local");
      request.put("MessageDeduplicationId", UUID.randomUUID().toString());
    }
    ObjectNode all = request.putObject("MessageAttributes");
    attributes.forEach(
        (name, value) ->
            all.putObject(name)
                .put("DataType", value.matches("\\d+") ? "Number" : "String")
                .put("StringValue", value));
    return call("SendMessage", request).path("MessageId").asText();
  }

  /** Receives up to {@link #BATCH} messages; waits for the first. */
  List<JsonNode> receive(QueueDefinition queue, int limit, int waitSeconds) {
    ObjectNode request =
        request(queue).put("MaxNumberOfMessages", limit).put("WaitTimeSeconds", waitSeconds);
    request.putArray("AttributeNames").add("All");
    request.putArray("MessageAttributeNames").add("All");
    List<JsonNode> messages = new ArrayList<>();
    call("ReceiveMessage", request).path("Messages").forEach(messages::add);
    return messages;
  }

  /** Deletes up to {@link #BATCH} messages. */
  void delete(QueueDefinition queue, List<JsonNode> messages) {
    ObjectNode request = request(queue);
    ArrayNode entries = request.putArray("Entries");
    for (JsonNode message : messages) {
      entries
          .addObject()
          .put("Id", Integer.toString(entries.size()))
          .put("ReceiptHandle", message.path("ReceiptHandle").asText());
    }
    call("DeleteMessageBatch", request);
  }

  /** The queue's attributes, such as the approximate number of its messages. */
  JsonNode attributes(QueueDefinition queue) {
    ObjectNode request = request(queue);
    request.putArray("AttributeNames").add("All");
    return call("GetQueueAttributes", request).path("Attributes");
  }

  private static ObjectNode request(QueueDefinition queue) {
    return JSON.createObjectNode().put("QueueUrl", queue.url());
  }

  private JsonNode call(String action, ObjectNode request) {
    try {
      SqsResponse response = server.send(SqsRequest.json(action, request.toString()));
      JsonNode answer = JSON.readTree(response.body());
      if (response.status() != 200) {
        throw new IllegalArgumentException(
            action + ": " + answer.path("Message").asText(answer.toString()));
      }
      return answer;
    } catch (IOException e) {
      throw new IllegalStateException("the SQS server has been closed", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("the thread was interrupted", e);
    }
  }
}
