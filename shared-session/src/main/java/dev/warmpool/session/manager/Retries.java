package dev.warmpool.session.manager;

import dev.warmpool.session.internal.loop.Backoff;
import dev.warmpool.session.internal.loop.EventLoops;
import dev.warmpool.session.internal.loop.InFlight;
import dev.warmpool.session.internal.loop.InFlight.Runner;
import dev.warmpool.session.internal.postgres.SqlStates;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/**
 * Runs units of work again after conflicts with others, as often as their sessions allow, with
 * jittered back-off on the event loop. Thread-safe.
 *
 * @param inFlight counts a unit of work in between, too
 */
record Retries(EventLoops loops, InFlight inFlight) {

  /** The unit of work, run again up to so many times. */
  <T> Mono<T> of(Mono<T> once, int most, Runner runner) {
    Retry retries = Retry.from(failures -> failures.concatMap(failed -> again(failed, most)));
    return inFlight.trackFor(runner, once.retryWhen(retries));
  }

  /** Emits when the unit of work is to run again; fails if it is not. */
  private Mono<Boolean> again(Retry.RetrySignal failed, int most) {
    Throwable error = failed.failure();
    if (failed.totalRetries() >= most || !SqlStates.isWorthRunningAgain(error)) {
      return Mono.error(error);
    }
    Backoff backoff = new Backoff(failed.totalRetries());
    return Mono.create(sink -> sink.onDispose(loops.in(backoff.delay(), () -> sink.success(true))));
  }
}
