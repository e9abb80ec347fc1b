package dev.warmpool.session.internal.run;

import dev.warmpool.session.internal.guard.FatalErrors;
import dev.warmpool.session.internal.listen.SessionEvents;
import reactor.core.Scannable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * The end of a session from outside: by its deadline, a cancel or a fatal error. The first cause
 * counts. Signals on the thread of that cause. Thread-safe; one for each session.
 */
final class Abort {

  private final SessionEvents events;
  private final Sinks.Empty<Void> aborted = Sinks.empty();
  private final Sinks.Empty<Void> waitsEnded = Sinks.empty();

  /**
   * Creates one that has not happened.
   *
   * @param events told of the cause
   */
  Abort(SessionEvents events) {
    this.events = events;
  }

  /** Ends the session, unless it has been ended before. */
  void by(Throwable reason) {
    Throwable signalled = FatalErrors.signalled(reason);
    if (aborted.tryEmitError(signalled).isSuccess()) {
      waitsEnded.tryEmitError(signalled);
      events.note(reason);
    }
  }

  /** Whether the session has been ended from outside. */
  boolean hasHappened() {
    return Boolean.TRUE.equals(aborted.scan(Scannable.Attr.TERMINATED));
  }

  /** Fails with the cause. */
  Mono<Void> signal() {
    return aborted.asMono();
  }

  /**
   * Fails as {@link #signal} does, but after the work was cancelled. What waits for a connection on
   * another thread would otherwise fail into operators that drop the error and log it.
   */
  Mono<Void> afterWork() {
    return waitsEnded.asMono();
  }
}
