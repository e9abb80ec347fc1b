package dev.warmpool.session;

import org.jspecify.annotations.Nullable;

/**
 * A statement of the session failed, the unit of work swallowed its error and went on. PostgreSQL
 * refuses every statement of a transaction after an error and commits nothing of it; the session
 * has been rolled back. To go on after an error, run the part that may fail in {@link
 * Session#savepoint}. The cause is the error of the database that came first.
 */
public final class TransactionFailedException extends SessionException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param message which session, and the SQLSTATE of the first error
   * @param cause the first error; null if it is not known
   */
  public TransactionFailedException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
