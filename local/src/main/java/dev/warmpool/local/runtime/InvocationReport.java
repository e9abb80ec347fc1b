package dev.warmpool.local.runtime;

import java.time.Instant;

/**
 * One invocation as it went. Immutable.
 *
 * @param requestId its id
 * @param environment which ran it
 * @param began when the event was given, after an init phase or a restore
 * @param millis from then to the request for the next event
 * @param initMillis of the init phase or the restore before it; 0 for none
 * @param outcome how it ended
 * @param logTail the last 4 KB of what was logged, with the REPORT line
 */
public record InvocationReport(
    String requestId,
    Environment environment,
    Instant began,
    double millis,
    double initMillis,
    Outcome outcome,
    byte[] logTail) {

  /** How an invocation ends. */
  public enum Outcome {
    /** With an answer. */
    ANSWERED,
    /** With the function's error. */
    FAILED,
    /** At its time-out. */
    TIMED_OUT,
    /** With its process. */
    CRASHED
  }
}
