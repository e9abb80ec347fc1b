package dev.warmpool.session;

import org.jspecify.annotations.Nullable;

/** The unit of work had not ended at its deadline and has been rolled back. */
public final class DeadlineExceededException extends SessionException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param message which session, and what it was doing at its deadline
   * @param cause null for none
   */
  public DeadlineExceededException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
