package dev.warmpool.local.runtime;

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

  /** The payload as text. */
  public String text() {
    return new String(payload, StandardCharsets.UTF_8);
  }
}
