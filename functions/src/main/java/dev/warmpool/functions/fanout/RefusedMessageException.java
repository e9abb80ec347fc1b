package dev.warmpool.functions.fanout;

/** A message that no delivery can make work: it goes to the dead letters at once. */
final class RefusedMessageException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  /**
   * Creates the exception.
   *
   * @param message without values of the refused message
   */
  RefusedMessageException(String message) {
    super(message);
  }
}
