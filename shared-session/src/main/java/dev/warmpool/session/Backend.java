package dev.warmpool.session;

import org.jspecify.annotations.Nullable;

/**
 * A server process, told apart from a later one of the same number by when it started. Immutable.
 *
 * @param pid its number
 * @param start when it started, as the server writes it
 */
record Backend(@Nullable Integer pid, String start) {

  /** Columns of the opening's SELECT that tell it. */
  static final String COLUMNS =
      ", pg_backend_pid(), (SELECT backend_start::text FROM pg_stat_get_activity(pg_backend_pid()))";

  /**
   * Ends it if it is still there: an opening that it got may hold locks that its replay waits for.
   */
  String termination() {
    return "SELECT pg_terminate_backend(pid) FROM pg_stat_get_activity("
        + pid
        + ") WHERE backend_start::text = '"
        + start
        + "'";
  }
}
