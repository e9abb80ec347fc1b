package dev.warmpool.session;

/** Connecting failed in a way that is the same next time; its message says what to do. */
final class RefusedConnection extends RuntimeException {

  private static final long serialVersionUID = 1L;

  RefusedConnection(String message, Throwable cause) {
    super(message, cause, false, false);
  }
}
