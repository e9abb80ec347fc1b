package dev.warmpool.session;

/**
 * Where a session was begun. Never thrown: it is an exception so that a log shows its stack trace,
 * which leads to the unit of work that was left running. Immutable.
 */
public final class SessionOrigin extends Exception {

  private static final long serialVersionUID = 1L;

  private final transient Thread thread;

  /**
   * Describes one session.
   *
   * @param session how messages name the session
   * @param thread that subscribed to it
   * @param trace of the first session whose unit of work was the same lambda or class, because
   *     taking a trace for each session would cost more than the rest of its start
   */
  public SessionOrigin(String session, Thread thread, StackTraceElement[] trace) {
    super(session + " was begun here");
    this.thread = thread;
    setStackTrace(trace);
  }

  /** Takes no trace of where this object is made, which would cost more than all else here. */
  @Override
  public synchronized Throwable fillInStackTrace() {
    return this;
  }

  /** The thread that subscribed to the session. */
  public Thread thread() {
    return thread;
  }
}
