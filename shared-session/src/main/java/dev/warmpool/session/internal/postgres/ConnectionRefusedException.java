package dev.warmpool.session.internal.postgres;

import org.jspecify.annotations.Nullable;

/** Connecting failed for a cause that also fails the next attempt; the message says what to do. */
final class ConnectionRefusedException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  ConnectionRefusedException(String message, @Nullable Throwable cause) {
    super(message, cause, false, false);
  }
}
