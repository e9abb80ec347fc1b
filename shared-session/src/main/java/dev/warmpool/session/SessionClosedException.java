package dev.warmpool.session;

/** The session, or the manager it belongs to, is over; it takes no more statements. */
public final class SessionClosedException extends SessionException {

  private static final long serialVersionUID = 1L;

  SessionClosedException(String message) {
    super(message, null);
  }
}
