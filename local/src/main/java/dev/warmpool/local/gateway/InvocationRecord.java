package dev.warmpool.local.gateway;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.warmpool.local.runtime.InvocationResult;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The outcome of an asynchronous event, as Lambda records it for a destination (version 1.0 of its
 * format). Immutable.
 *
 * @param condition why the event was over
 * @param attempts how often the function was invoked
 * @param result the last attempt's; empty if there was none
 * @param fault the reason without one
 */
record InvocationRecord(
    Condition condition, int attempts, Optional<InvocationResult> result, String fault) {

  /** Characters that SQS refuses, and those of two units, which the cut could divide. */
  private static final Pattern NOT_OF_SQS =
      Pattern.compile("[^\\t\\n\\r\\x20-\\uD7FF\\uE000-\\uFFFD]");

  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** Why an event is over, by the names of the format. */
  enum Condition {
    SUCCESS("Success"),
    RETRIES_EXHAUSTED("RetriesExhausted"),
    EVENT_AGE_EXCEEDED("EventAgeExceeded");

    private final String text;

    Condition(String text) {
      this.text = text;
    }
  }

  static InvocationRecord of(Condition condition, int attempts, InvocationResult result) {
    return new InvocationRecord(condition, attempts, Optional.of(result), "");
  }

  /** The record of an event that became too old while it waited for a permit. */
  static InvocationRecord throttled(int attempts, String fault) {
    return new InvocationRecord(Condition.EVENT_AGE_EXCEEDED, attempts, Optional.empty(), fault);
  }

  /** The last attempt's error, or the fault, for a line of the log. */
  String summary() {
    return result.map(InvocationResult::summary).orElse(fault);
  }

  /** The document for a destination. */
  String json(String requestId, String function, byte[] payload) {
    ObjectNode document =
        JSON.createObjectNode()
            .put("version", "1.0")
            .put("timestamp", Instant.now().truncatedTo(ChronoUnit.MILLIS).toString());
    document
        .putObject("requestContext")
        .put("requestId", requestId)
        .put(
            "functionArn",
            "arn:aws:lambda:us-east-1:123456789012:function:" + function + ":$LATEST")
        .put("condition", condition.text)
        .put("approximateInvokeCount", attempts);
    document.set("requestPayload", tree(new String(payload, StandardCharsets.UTF_8)));
    result.ifPresent(answer -> response(document, answer));
    return document.toString();
  }

  private static void response(ObjectNode document, InvocationResult answer) {
    ObjectNode context =
        document
            .putObject("responseContext")
            .put("statusCode", 200)
            .put("executedVersion", "$LATEST");
    if (answer.failed()) {
      context.put("functionError", "Unhandled");
    }
    document.set("responsePayload", tree(answer.text()));
  }

  private static JsonNode tree(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      return new TextNode(text); // a stream handler may answer with anything
    }
  }

  /** The attributes of the event in a dead-letter queue. */
  Map<String, String> attributes(String requestId) {
    return Map.of("RequestID", requestId, "ErrorCode", "200", "ErrorMessage", cut(message()));
  }

  private String message() {
    return result.map(answer -> tree(answer.text()).path("errorMessage").asText("")).orElse(fault);
  }

  /** Lambda gives the first kilobyte; SQS accepts no empty value. */
  private static String cut(String message) {
    String plain = NOT_OF_SQS.matcher(message).replaceAll(" ");
    return plain.isEmpty() ? "unknown" : plain.substring(0, Math.min(1_024, plain.length()));
  }
}
