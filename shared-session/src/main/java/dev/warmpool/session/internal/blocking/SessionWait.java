package dev.warmpool.session.internal.blocking;

import dev.warmpool.session.Deadline;
import dev.warmpool.session.SessionOptions;
import dev.warmpool.session.internal.blocking.Rendezvous.Step;
import dev.warmpool.session.internal.loop.EventLoops;
import dev.warmpool.session.internal.loop.WaitEndedException;
import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Waits on the calling thread, which runs the event loop meanwhile, for as long as a session may
 * last. A session ends by itself within its deadline's grace; each wait is bounded all the same.
 * Immutable; one for each {@link WaitingRun}.
 *
 * @param options the session's
 */
record SessionWait(EventLoops loops, SessionOptions options) {

  private static final Duration UNBOUNDED = Duration.ofDays(36_500);

  private Duration limit() {
    Deadline deadline = options.deadline();
    return deadline == null ? UNBOUNDED : deadline.remaining().plus(deadline.grace());
  }

  /** Waits for a result with which the session may start. */
  <T> @Nullable T start(Mono<T> result) {
    return loops.await(result, limit());
  }

  /** Waits for a result after the session's start. */
  <T> @Nullable T next(Mono<T> result) {
    return loops.awaitNext(result, limit());
  }

  /** Waits until the session has ended, which fails with the reason. */
  void end(Mono<Void> over) {
    loops.await(over, Deadline.MAX_GRACE);
  }

  /**
   * Waits for the unit's next step; an interrupt meanwhile is kept. A unit that lasts longer than
   * it may is cancelled.
   *
   * @param late the error if the wait ends before the unit
   */
  <T> Step<T> step(
      Rendezvous<T> unit, Runnable arrival, Function<WaitEndedException, Throwable> late) {
    boolean interrupted = Thread.interrupted();
    try {
      interrupted |= isInterrupted(arrival);
      Step<T> step = unit.taken();
      while (step == null) {
        interrupted |= isInterrupted(() -> next(unit.next()));
        step = unit.taken();
      }
      return step;
    } catch (WaitEndedException e) {
      unit.cancel();
      return new Step.End<>(null, late.apply(e));
    } finally {
      restore(interrupted);
    }
  }

  /** Does this on the thread that runs the loop or will, and waits; an interrupt is kept. */
  void run(Runnable task) {
    restore(isInterrupted(() -> next(Mono.fromRunnable(task))));
  }

  private static void restore(boolean interrupted) {
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits; whether an interrupt has ended that, of which the thread is told no more. */
  private static boolean isInterrupted(Runnable wait) {
    try {
      wait.run();
      return false;
    } catch (WaitEndedException e) {
      if (!e.isInterrupt()) {
        throw e;
      }
      return Thread.interrupted();
    }
  }
}
