package dev.warmpool.session;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * No connection could be acquired in time, the server refused to give one, or no connection
 * answered the session's opening. Nothing of the unit of work was committed, so it is safe to try
 * again.
 */
public final class SessionUnavailableException extends SessionException {

  private static final long serialVersionUID = 1L;

  private final Duration waited;
  private final transient PoolStats stats;

  /**
   * Creates the exception.
   *
   * @param message how long the session waited, for what, and the last error
   * @param waited how long the session waited for a connection that answers
   * @param stats the pool when the session gave up
   * @param cause the last error of an attempt to connect; null for none
   */
  public SessionUnavailableException(
      String message, Duration waited, PoolStats stats, @Nullable Throwable cause) {
    super(message, cause);
    this.waited = waited;
    this.stats = stats;
  }

  /** How long the session waited for a connection that answers. */
  public Duration waited() {
    return waited;
  }

  /** The pool when the session gave up. */
  public PoolStats stats() {
    return stats;
  }
}
