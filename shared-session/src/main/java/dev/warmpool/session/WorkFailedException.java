package dev.warmpool.session;

import reactor.core.Exceptions;

/**
 * The unit of work ended in an error that the JVM considers fatal, such as a {@link LinkageError}
 * or a {@link StackOverflowError}, which Reactor would have signalled to nobody; it is the cause.
 * The session has been rolled back.
 */
public final class WorkFailedException extends SessionException {

  private static final long serialVersionUID = 1L;

  private WorkFailedException(Throwable cause) {
    super("the unit of work failed with " + cause, cause);
  }

  /** The error itself where Reactor passes it on, else wrapped so that it does. */
  static Throwable passable(Throwable error) {
    return Exceptions.isFatal(error) ? new WorkFailedException(error) : error;
  }
}
