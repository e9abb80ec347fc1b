package dev.warmpool.local.runtime;

import java.time.Instant;
import java.util.OptionalLong;

/**
 * One invocation as it went. Immutable.
 *
 * @param requestId its id
 * @param environment which ran it
 * @param began when the event was given, after an init phase or a restore
 * @param millis from then to the request for the next event
 * @param initMillis of the init phase or the restore before it; 0 for none
 * @param roundTrips how often it spoke to the database, first or after an answer, by what came over
 *     the wire; empty where nothing counts it, or invocations run beside it
 * @param outcome how it ended
 * @param logTail the last 4 KB of what was logged, with the REPORT line
 */
public record InvocationReport(
    String requestId,
    EnvironmentInfo environment,
    Instant began,
    double millis,
    double initMillis,
    OptionalLong roundTrips,
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
