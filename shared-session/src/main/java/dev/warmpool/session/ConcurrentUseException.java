package dev.warmpool.session;

/**
 * A statement was sent on a session that was still busy with another: a session is one connection,
 * on which statements run one after another.
 */
public final class ConcurrentUseException extends SessionException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param message which session, and both statements
   */
  public ConcurrentUseException(String message) {
    super(message, null);
  }
}
