package dev.warmpool.session.internal.postgres;

import org.jspecify.annotations.Nullable;

/**
 * A server process. Its start time tells it apart from a later process with the same number.
 * Immutable.
 *
 * @param pid its number
 * @param start when it started, as the server writes it
 */
public record Backend(@Nullable Integer pid, String start) {

  /** Columns of the opening's SELECT that identify it. */
  static final String COLUMNS =
      ", pg_backend_pid(), (SELECT backend_start::text FROM pg_stat_get_activity(pg_backend_pid()))";

  /**
   * A statement that terminates the process if it still exists: an opening that reached it, but was
   * not answered, may hold locks for which the replay would wait.
   */
  public String termination() {
    return "SELECT pg_terminate_backend(pid) FROM pg_stat_get_activity("
        + pid
        + ") WHERE backend_start::text = '"
        + start
        + "'";
  }
}
