package dev.warmpool.local.runtime;

/** The function's reserved concurrency is in use: Lambda refuses, it does not wait. */
public final class ThrottledException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  ThrottledException(String function, int reserved) {
    super("Rate Exceeded: all %d reserved of %s are in use".formatted(reserved, function));
  }
}
