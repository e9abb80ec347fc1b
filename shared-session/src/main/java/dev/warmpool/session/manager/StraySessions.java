package dev.warmpool.session.manager;

import dev.warmpool.session.SessionOrigin;
import dev.warmpool.session.internal.loop.EventLoops;
import dev.warmpool.session.internal.run.RunningSession;
import dev.warmpool.session.internal.run.RunningSessions;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Ends sessions that are still running when their invocation should have ended. Thread-safe. */
record StraySessions(RunningSessions running, EventLoops loops) {

  /**
   * Waits for the selected sessions for half of the limit, ends those that run longer, and waits
   * for their end for the other half; emits where those were begun.
   */
  Flux<SessionOrigin> end(Predicate<SessionOrigin> which, Duration limit) {
    Duration half = limit.dividedBy(2);
    return running
        .all()
        .filter(session -> which.test(session.origin()))
        .flatMap(session -> over(session, half, Mono.defer(() -> end(session, half))));
  }

  private <T> Mono<T> over(RunningSession session, Duration limit, Mono<T> otherwise) {
    return loops
        .bound(session.over().then(Mono.<T>empty()), limit)
        .onErrorResume(TimeoutException.class, late -> otherwise);
  }

  /** A session that cleans up was left by its caller, but not running: it only needs its time. */
  private Mono<SessionOrigin> end(RunningSession stray, Duration limit) {
    if (stray.isAbandoned()) {
      return over(stray, limit, Mono.empty());
    }
    stray.events().strayEnded(stray.origin());
    stray.abort(
        new CancellationException(
            stray.label() + " was still running when its invocation should have ended"));
    return over(stray, limit, Mono.empty()).thenReturn(stray.origin());
  }
}
