package dev.warmpool.session;

import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * A session's opening with its first statement behind it: passes the statement's answers on where
 * the opening was answered well, else what the opening's failure means. The server answers in
 * order, so nothing of the statement comes while the gate is shut but an error that both have in
 * common; where the gate fails, the statement is left to the driver to drain. Subscribed to once.
 */
final class Gate extends Flux<Object> implements CoreSubscriber<Object> {

  private enum State {
    SHUT,
    OPEN,
    FAILED
  }

  private final Mono<Void> opening;
  private final Flux<Object> answers;
  private final boolean pipelined;
  private final Function<Throwable, Mono<Object>> failure;
  private final AtomicReference<State> state = new AtomicReference<>(State.SHUT);
  private final AtomicReference<@Nullable Runnable> early = new AtomicReference<>();
  private final Operators.DeferredSubscription upstream = new Operators.DeferredSubscription();
  private Disposable alarm = Disposables.disposed();
  private @Nullable CoreSubscriber<? super Object> subscriber;

  /**
   * @param answers of the statement, which is sent at subscription
   * @param pipelined whether it is sent before the opening was answered
   * @param failure ends with the error that is passed on where the opening fails
   */
  Gate(
      Mono<Void> opening,
      Flux<Object> answers,
      boolean pipelined,
      Function<Throwable, Mono<Object>> failure) {
    this.opening = opening;
    this.answers = answers;
    this.pipelined = pipelined;
    this.failure = failure;
  }

  /** Silence from now on for longer than this is a failure of the opening. */
  Gate within(Duration limit, Alarms alarms) {
    alarm = alarms.in(limit, () -> fail(silence(limit)));
    return this;
  }

  private static TimeoutException silence(Duration limit) {
    return new TimeoutException("no answer within " + limit.toMillis() + " ms (OPENING_TIMEOUT)");
  }

  @Override
  public void subscribe(CoreSubscriber<? super Object> downstream) {
    subscriber = downstream;
    downstream.onSubscribe(upstream);
    opening.subscribe(nothing -> {}, this::fail, this::open, currentContext());
    if (pipelined) {
      answers.subscribe(this);
    }
  }

  private void open() {
    if (state.compareAndSet(State.SHUT, State.OPEN)) {
      alarm.dispose();
      if (pipelined) {
        endEarly();
      } else {
        answers.subscribe(this);
      }
    }
  }

  private void fail(Throwable error) {
    if (state.compareAndSet(State.SHUT, State.FAILED)) {
      alarm.dispose();
      upstream.cancel();
      failure.apply(error).subscribe(nothing -> {}, this::tell, () -> {}, currentContext());
    }
  }

  private void tell(Throwable error) {
    downstream().onError(error);
  }

  private CoreSubscriber<? super Object> downstream() {
    CoreSubscriber<? super Object> known = subscriber;
    if (known == null) {
      throw new IllegalStateException("not subscribed to");
    }
    return known;
  }

  @Override
  public Context currentContext() {
    return downstream().currentContext();
  }

  @Override
  public void onSubscribe(Subscription subscription) {
    upstream.set(subscription);
  }

  @Override
  public void onNext(Object item) {
    if (state.get() == State.OPEN) {
      downstream().onNext(item);
    }
  }

  @Override
  public void onError(Throwable error) {
    end(() -> tell(error));
  }

  @Override
  public void onComplete() {
    end(() -> downstream().onComplete());
  }

  /** An end that comes while the gate is shut waits for it. */
  private void end(Runnable end) {
    early.set(end);
    if (state.get() == State.OPEN) {
      endEarly();
    }
  }

  private void endEarly() {
    Runnable end = early.getAndSet(null);
    if (end != null) {
      end.run();
    }
  }
}
