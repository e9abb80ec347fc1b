package dev.warmpool.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Calls of the SQS API in its JSON protocol. */
record SqsCalls(String address) {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** The URL of a queue. */
  String url(String queue) {
    return address + "/123456789012/" + queue;
  }

  HttpResponse<String> send(String action, ObjectNode request) {
    return new Http(address)
        .send(
            "POST",
            "/",
            request.toString(),
            Map.of(
                "X-Amz-Target",
                "AmazonSQS." + action,
                "Content-Type",
                "application/x-amz-json-1.0"));
  }

  /** Sends a message with an attribute. */
  void send(String queue, String body) {
    ObjectNode request =
        JSON.createObjectNode().put("QueueUrl", url(queue)).put("MessageBody", body);
    request
        .putObject("MessageAttributes")
        .putObject("tenant")
        .put("DataType", "String")
        .put("StringValue", "one");
    if (send("SendMessage", request).statusCode() != 200) {
      throw new AssertionError("the message was refused");
    }
  }

  /** Sends messages at once. */
  void sendAll(String queue, List<String> bodies) {
    ObjectNode request = JSON.createObjectNode().put("QueueUrl", url(queue));
    for (String body : bodies) {
      request.withArray("Entries").addObject().put("Id", body).put("MessageBody", body);
    }
    Http.json(send("SendMessageBatch", request));
  }

  /** Takes the messages that are there; waits a moment for a first. */
  List<JsonNode> take(String queue) {
    ObjectNode request =
        JSON.createObjectNode()
            .put("QueueUrl", url(queue))
            .put("MaxNumberOfMessages", 10)
            .put("WaitTimeSeconds", 1);
    request.putArray("MessageAttributeNames").add("All");
    List<JsonNode> messages = new ArrayList<>();
    Http.json(send("ReceiveMessage", request)).path("Messages").forEach(messages::add);
    messages.forEach(
        message ->
            send(
                "DeleteMessage",
                JSON.createObjectNode()
                    .put("QueueUrl", url(queue))
                    .put("ReceiptHandle", message.path("ReceiptHandle").asText())));
    return messages;
  }

  /** The bodies of the messages that are there, as JSON. */
  List<JsonNode> bodies(String queue) {
    return take(queue).stream().map(message -> Http.tree(message.path("Body").asText())).toList();
  }
}
