package dev.warmpool.session.blocking;

import dev.warmpool.session.SessionException;

/**
 * The thread that ran a session was interrupted. The session has been rolled back, and the thread's
 * interrupt status is set.
 */
public final class SessionInterruptedException extends SessionException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param message which session
   */
  public SessionInterruptedException(String message) {
    super(message, null);
  }
}
