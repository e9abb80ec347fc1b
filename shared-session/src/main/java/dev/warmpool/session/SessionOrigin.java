package dev.warmpool.session;

/**
 * Where a session was begun; not thrown, but to be logged, for its stack trace leads to the unit of
 * work that was left running. Immutable.
 */
public final class SessionOrigin extends Exception {

  private static final long serialVersionUID = 1L;

  private final transient Thread thread = Thread.currentThread();

  SessionOrigin(SessionOptions options) {
    super(options.named() + " was begun here");
  }

  /** The thread that subscribed to it. */
  public Thread thread() {
    return thread;
  }
}
