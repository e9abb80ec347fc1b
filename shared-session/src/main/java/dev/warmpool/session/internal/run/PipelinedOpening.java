package dev.warmpool.session.internal.run;

import dev.warmpool.session.internal.loop.EventLoops;
import dev.warmpool.session.internal.loop.Limit;
import dev.warmpool.session.internal.loop.Ticks;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Supplier;
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
 * An opening with the first statement pipelined behind it. Emits the statement's items if the
 * opening succeeds, else fails with the error that the opening's failure means. The server answers
 * in order, so before the opening is answered the statement can only fail, with an error that both
 * have in common. If the opening fails, the driver reads the rest of the statement's answer.
 * Subscribed to once.
 */
final class PipelinedOpening extends Flux<Object> implements CoreSubscriber<Object> {

  private enum State {
    PENDING,
    ACKNOWLEDGED,
    FAILED
  }

  private final Mono<Void> opening;
  private final Runnable opened;
  private final Flux<Object> answers;
  private final boolean pipelined;
  private final Function<Throwable, Mono<Object>> failure;
  private final AtomicReference<State> state = new AtomicReference<>(State.PENDING);
  private final AtomicReference<@Nullable Runnable> early = new AtomicReference<>();
  private final Operators.DeferredSubscription upstream = new Operators.DeferredSubscription();
  private Supplier<Disposable> timer = Disposables::disposed;
  private volatile Disposable timeout = Disposables.disposed();
  private @Nullable CoreSubscriber<? super Object> subscriber;

  /**
   * @param opening sent at subscription
   * @param opened told that it was acknowledged in time
   * @param answers of the statement, which is sent at subscription, too
   * @param pipelined whether the statement is sent before the opening was answered
   * @param failure ends with the error to emit if the opening fails
   */
  PipelinedOpening(
      Mono<Void> opening,
      Runnable opened,
      Flux<Object> answers,
      boolean pipelined,
      Function<Throwable, Mono<Object>> failure) {
    this.opening = opening;
    this.opened = opened;
    this.answers = answers;
    this.pipelined = pipelined;
    this.failure = failure;
  }

  /**
   * Fails the opening if the server does not answer within this time from subscription.
   *
   * @param limit how long the server may be silent
   * @param executor the connection's event loop: the time in which it is busy does not count
   */
  PipelinedOpening within(Limit limit, EventLoops loops, Executor executor) {
    timer = () -> Ticks.after(loops, limit.time(), executor, () -> fail(silence(limit)));
    return this;
  }

  private static TimeoutException silence(Limit limit) {
    return new TimeoutException(
        "no answer within " + limit.time().toMillis() + " ms (" + limit.name() + ")");
  }

  @Override
  public void subscribe(CoreSubscriber<? super Object> downstream) {
    subscriber = downstream;
    downstream.onSubscribe(upstream);
    timeout = timer.get();
    opening.subscribe(nothing -> {}, this::fail, this::acknowledge, currentContext());
    if (pipelined) {
      answers.subscribe(this);
    }
  }

  private void acknowledge() {
    if (state.compareAndSet(State.PENDING, State.ACKNOWLEDGED)) {
      timeout.dispose();
      opened.run();
      if (pipelined) {
        endEarly();
      } else {
        answers.subscribe(this);
      }
    }
  }

  private void fail(Throwable error) {
    if (state.compareAndSet(State.PENDING, State.FAILED)) {
      timeout.dispose();
      leaveStatement(error);
      failure.apply(error).subscribe(nothing -> {}, this::tell, () -> {}, currentContext());
    }
  }

  /**
   * Reads the rest of the statement's answer and drops it: a cancelled one has its error logged by
   * the driver as dropped. If the server is silent, nothing is known of the statement: it is
   * cancelled, for rows that come late must not reach the caller's mapper.
   */
  private void leaveStatement(Throwable error) {
    if (error instanceof TimeoutException) {
      upstream.cancel();
    } else {
      upstream.request(Long.MAX_VALUE);
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
    if (state.get() == State.ACKNOWLEDGED) {
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

  /** An end that comes before the opening was answered waits for it. */
  private void end(Runnable end) {
    early.set(end);
    if (state.get() == State.ACKNOWLEDGED) {
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
