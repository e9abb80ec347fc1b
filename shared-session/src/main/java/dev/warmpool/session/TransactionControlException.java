package dev.warmpool.session;

/**
 * The text of a statement ended the session's transaction, or opened one in a read-only session.
 * The session controls its transaction itself; its connection is closed.
 */
public final class TransactionControlException extends SessionException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param message which session, and what the text did
   */
  public TransactionControlException(String message) {
    super(message, null);
  }
}
