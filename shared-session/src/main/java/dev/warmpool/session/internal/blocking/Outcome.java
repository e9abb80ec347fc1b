package dev.warmpool.session.internal.blocking;

import dev.warmpool.session.WorkFailedException;
import dev.warmpool.session.blocking.BlockingSession;
import dev.warmpool.session.blocking.SessionWork;
import org.jspecify.annotations.Nullable;
import reactor.core.Exceptions;
import reactor.core.publisher.Signal;

/**
 * How a piece of work has ended on its thread. Immutable.
 *
 * @param result null if there is none
 * @param thrown null if the work has returned
 */
record Outcome<T extends @Nullable Object>(T result, @Nullable Throwable thrown) {

  /** Of no work. */
  static <T extends @Nullable Object> Outcome<@Nullable T> none() {
    return new Outcome<>(null, null);
  }

  /** Does the work. */
  static <T extends @Nullable Object> Outcome<@Nullable T> of(
      SessionWork<T, ?> work, BlockingSession session) {
    try {
      return new Outcome<>(work.run(session), null);
    } catch (Throwable error) {
      return new Outcome<>(null, error);
    }
  }

  /** As a publisher signals it. */
  Signal<T> signal() {
    Throwable error = thrown;
    if (error != null) {
      return Signal.error(signalled(error));
    }
    return result == null ? Signal.complete() : Signal.next(result);
  }

  /** An error as a publisher can signal it: Reactor throws a JVM-fatal one instead. */
  static Throwable signalled(Throwable error) {
    return Exceptions.isFatal(error) ? new WorkFailedException(error) : error;
  }

  /**
   * Throws the error with which the work's unit has ended: what the work has thrown as it is, else
   * with that as a suppressed one.
   */
  <E extends Exception> RuntimeException failure(Throwable error) throws E {
    Throwable own = thrown;
    if (own == error || own != null && error instanceof WorkFailedException) {
      throw Outcome.<E>unchecked(own);
    }
    if (own != null && own != error.getCause()) {
      error.addSuppressed(own);
    }
    return Exceptions.propagate(error);
  }

  @SuppressWarnings("unchecked")
  private static <E extends Exception> E unchecked(Throwable thrown) throws E {
    if (thrown instanceof Error error) {
      throw error;
    }
    return (E) thrown;
  }
}
