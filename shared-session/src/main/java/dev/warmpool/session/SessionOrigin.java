package dev.warmpool.session;

/**
 * Where a session was begun; not thrown, but to be logged, for its stack trace leads to the unit of
 * work that was left running. A trace for each session would cost more than the rest of its
 * beginning, so it is that of the first session of the same unit of work, of the same line of code.
 * Immutable.
 */
public final class SessionOrigin extends Exception {

  private static final long serialVersionUID = 1L;

  private static final ClassValue<Throwable> FIRST =
      new ClassValue<>() {
        @Override
        protected Throwable computeValue(Class<?> work) {
          return new Throwable();
        }
      };

  private final transient Thread thread;

  private SessionOrigin(SessionOptions options, Thread thread, Throwable first) {
    super(options.named() + " was begun here");
    this.thread = thread;
    setStackTrace(first.getStackTrace());
  }

  /**
   * What is noted of a session when it begins.
   *
   * @param options the session's
   * @param thread that subscribed to it
   * @param first where its unit of work was run for the first time
   */
  record Note(SessionOptions options, Thread thread, Throwable first) {

    static Note of(SessionOptions options, Object work) {
      return new Note(options, Thread.currentThread(), FIRST.get(work.getClass()));
    }

    SessionOrigin origin() {
      return new SessionOrigin(options, thread, first);
    }
  }

  /** The thread that subscribed to it. */
  public Thread thread() {
    return thread;
  }
}
