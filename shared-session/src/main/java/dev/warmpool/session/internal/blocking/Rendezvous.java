package dev.warmpool.session.internal.blocking;

import dev.warmpool.session.Session;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.publisher.Signal;
import reactor.util.context.Context;

/**
 * Where a reactive unit of work, a session or a savepoint, meets the thread that does the work. The
 * unit announces steps: that the work can be done, once or again, and that it has ended. The thread
 * waits for each step and tells how the work has ended. Steps may come on any thread; the other
 * methods are for the waiting thread.
 */
final class Rendezvous<T> {

  /** The news of a unit of work. */
  sealed interface Step<T> {

    /** The work can be done in this session. */
    record Enter<T>(Session session, MonoSink<Signal<T>> outcome) implements Step<T> {}

    /** The unit has ended with this result, or with this error. */
    record End<T>(@Nullable T result, @Nullable Throwable error) implements Step<T> {}
  }

  private final Mono<T> unit;
  private final Consumer<Step.End<T>> onEnd;
  private final AtomicReference<@Nullable Step<T>> arrived = new AtomicReference<>();
  private final Disposable.Swap subscription = Disposables.swap();
  private volatile @Nullable MonoSink<Void> waiting;

  /**
   * Starts nothing.
   *
   * @param unit makes the unit of work from its work
   * @param onEnd called when the unit has ended, before its last step is taken
   */
  Rendezvous(Function<Function<Session, Mono<T>>, Mono<T>> unit, Consumer<Step.End<T>> onEnd) {
    this.unit = unit.apply(this::entered);
    this.onEnd = onEnd;
  }

  /** Work that is left before it begins is not announced. */
  private Mono<T> entered(Session session) {
    return Mono.<Signal<T>>create(
            outcome -> {
              Disposable left = Disposables.single();
              outcome.onCancel(left);
              if (!left.isDisposed()) {
                arrive(new Step.Enter<>(session, outcome));
              }
            })
        .dematerialize();
  }

  private void arrive(Step<T> step) {
    arrived.set(step);
    if (step instanceof Step.End<T> end) {
      onEnd.accept(end);
    }
    MonoSink<Void> waiter = waiting;
    if (waiter != null) {
      waiter.success();
    }
  }

  /** Subscribes to the unit; completes at its first step. */
  Mono<Void> start() {
    return Mono.create(
        sink -> {
          Context context = Context.of(sink.contextView());
          awaitStep(
              sink,
              () ->
                  subscription.update(
                      unit.materialize().contextWrite(context).subscribe(this::ended)));
        });
  }

  private void ended(Signal<T> end) {
    arrive(new Step.End<>(end.get(), end.getThrowable()));
  }

  /** Tells how the work has ended; completes at the unit's next step. */
  Mono<Void> leave(Step.Enter<T> entered, Signal<T> outcome) {
    return Mono.create(sink -> awaitStep(sink, () -> entered.outcome().success(outcome)));
  }

  /** Completes at the unit's next step, at once if one has arrived. */
  Mono<Void> next() {
    return Mono.create(sink -> awaitStep(sink, () -> {}));
  }

  private void awaitStep(MonoSink<Void> sink, Runnable action) {
    waiting = sink;
    action.run();
    if (arrived.get() != null) {
      sink.success();
    }
  }

  /** Takes the step that has arrived; null for none. */
  @Nullable Step<T> taken() {
    return arrived.getAndSet(null);
  }

  /** Leaves the unit, which is cancelled. */
  void cancel() {
    subscription.dispose();
  }
}
