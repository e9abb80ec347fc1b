package dev.warmpool.local.runtime;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.charset.StandardCharsets;

/**
 * The result of an invocation for its caller.
 *
 * @param requestId id of the invocation
 * @param payload the response or the error, as JSON
 * @param failed whether the payload is an error
 * @param logTail the last 4 KB of the log
 */
public record InvocationResult(String requestId, byte[] payload, boolean failed, byte[] logTail) {

  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final int MAX_SUMMARY = 200;

  /** The error's message or else the payload, cut to a length that fits a line of the log. */
  public String summary() {
    String text = text();
    try {
      text = JSON.readTree(text).path("errorMessage").asText(text);
    } catch (JsonProcessingException e) {
      // a function may respond with anything
    }
    return text.length() <= MAX_SUMMARY ? text : text.substring(0, MAX_SUMMARY) + "…";
  }

  /** The payload as text. */
  public String text() {
    return new String(payload, StandardCharsets.UTF_8);
  }
}
