package dev.warmpool.session;

/** A statement came after its session had ended, or a session after its manager was closed. */
public final class SessionClosedException extends SessionException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param message what has ended
   */
  public SessionClosedException(String message) {
    super(message, null);
  }
}
