package dev.warmpool.session;

/**
 * The text of a statement has transaction control, such as {@code BEGIN}, {@code COMMIT} or {@code
 * ROLLBACK}: the session controls its transaction itself. Such a text is not sent, and the session
 * takes no more statements. Where only the server can tell, as in a procedure that commits, it is
 * found when the text has run, and the connection is closed.
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
