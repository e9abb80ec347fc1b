package dev.warmpool.local.runtime;

import java.nio.charset.StandardCharsets;

/**
 * What a function answered.
 *
 * @param requestId of the invocation
 * @param payload JSON
 * @param failed whether it is a function error, not an answer
 * @param logTail the last 4 KB of what was logged
 */
public record InvocationResult(String requestId, byte[] payload, boolean failed, byte[] logTail) {

  /** The payload as text. */
  public String text() {
    return new String(payload, StandardCharsets.UTF_8);
  }
}
