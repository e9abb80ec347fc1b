package dev.warmpool.session;

/**
 * The unit of work ended in an error that the JVM considers fatal, such as a {@link LinkageError}
 * or a {@link StackOverflowError}; the error is the cause. Reactor does not signal such errors to
 * subscribers, so the session wraps them. The session has been rolled back.
 */
public final class WorkFailedException extends SessionException {

  private static final long serialVersionUID = 1L;

  /**
   * Wraps the error.
   *
   * @param cause the fatal error
   */
  public WorkFailedException(Throwable cause) {
    super("the unit of work failed with " + cause, cause);
  }
}
