package dev.warmpool.session.internal.loop;

/** A thread has stopped waiting for a result, which is cancelled. */
public final class WaitEndedException extends IllegalStateException {

  private static final long serialVersionUID = 1L;

  private final boolean interrupted;

  private WaitEndedException(String message, boolean interrupted) {
    super(message);
    this.interrupted = interrupted;
  }

  static WaitEndedException byInterrupt() {
    return new WaitEndedException(
        "interrupted while waiting for a result, which is cancelled", true);
  }

  static WaitEndedException byLimit(long millis) {
    return new WaitEndedException("no result within " + millis + " ms: it is cancelled", false);
  }

  /** Whether the thread was interrupted; else its limit has passed. */
  public boolean isInterrupt() {
    return interrupted;
  }
}
