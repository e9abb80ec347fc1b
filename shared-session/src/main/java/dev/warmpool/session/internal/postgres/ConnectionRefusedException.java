package dev.warmpool.session.internal.postgres;

/** Connecting failed in a way that the next attempt would fail too; the message says what to do. */
final class ConnectionRefusedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  ConnectionRefusedException(String message, Throwable cause) {
    super(message, cause, false, false);
  }
}
