package dev.warmpool.local.runtime;

/** The function's concurrency is used up, so the invocation was rejected. */
public final class ThrottledException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final String requestId;

  ThrottledException(String requestId, String function, int limit) {
    super("Rate Exceeded: all %d of %s are in use".formatted(limit, function));
    this.requestId = requestId;
  }

  /** The id of the invocation that was rejected. */
  public String requestId() {
    return requestId;
  }
}
