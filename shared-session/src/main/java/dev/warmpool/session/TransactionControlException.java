package dev.warmpool.session;

/**
 * The text of a statement opened or closed a transaction. The session does that; the connection has
 * been closed.
 */
public final class TransactionControlException extends SessionException {

  private static final long serialVersionUID = 1L;

  TransactionControlException(String message) {
    super(message, null);
  }
}
