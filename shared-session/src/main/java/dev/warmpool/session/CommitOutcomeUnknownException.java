package dev.warmpool.session;

import org.jspecify.annotations.Nullable;

/**
 * COMMIT was sent and no answer to it arrived: the work is either committed as a whole or not at
 * all, and only the data can tell. Outside a transaction and in one flight, the same of a
 * statement, which commits by itself. The library runs it again only if its options are {@linkplain
 * SessionOptions#idempotent() idempotent}.
 */
public final class CommitOutcomeUnknownException extends SessionException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param message which session, and why there was no answer
   * @param cause null for none
   */
  public CommitOutcomeUnknownException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
