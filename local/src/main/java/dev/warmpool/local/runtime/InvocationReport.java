package dev.warmpool.local.runtime;

import java.util.OptionalLong;

/**
 * The record of an invocation that has ended. Immutable.
 *
 * @param requestId id of the invocation
 * @param environment the environment that ran it
 * @param millis time from the delivery of the event, after an init phase or a restore, to the
 *     request for the next event
 * @param initMillis duration of the init phase or the restore before it; 0 without one
 * @param roundTrips round trips to the database, counted on the wire; empty if they are not counted
 *     or other invocations ran in the same environment
 * @param outcome how the invocation ended
 * @param logTail the last 4 KB of the log, including the REPORT line
 */
public record InvocationReport(
    String requestId,
    EnvironmentInfo environment,
    double millis,
    double initMillis,
    OptionalLong roundTrips,
    Outcome outcome,
    byte[] logTail) {

  /** How an invocation ends. */
  public enum Outcome {
    /** The function responded. */
    SUCCEEDED,
    /** The function reported an error. */
    FAILED,
    /** The function did not respond within its time-out. */
    TIMED_OUT,
    /** The function's process ended. */
    CRASHED,
    /** The function's process ended in its init phase. */
    FAILED_START
  }
}
