package dev.warmpool.session.internal.postgres;

/** The transaction that is open is not the one that the session's opening began. */
public final class OtherTransactionException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  OtherTransactionException(Throwable cause) {
    super(null, cause, false, false);
  }
}
