package dev.warmpool.session;

/** Connecting failed in a way that is the same next time; its message says what to do. */
final class RefusedConnectionException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  RefusedConnectionException(String message, Throwable cause) {
    super(message, cause, false, false);
  }
}
