package dev.warmpool.session.internal.run;

import dev.warmpool.session.WorkFailedException;
import reactor.core.Exceptions;

/** Errors that Reactor throws instead of signalling them, which would leave a session open. */
final class FatalErrors {

  private FatalErrors() {}

  /** The error itself if Reactor signals it, else an exception that wraps it. */
  static Throwable signalled(Throwable error) {
    return Exceptions.isFatal(error) ? new WorkFailedException(error) : error;
  }
}
