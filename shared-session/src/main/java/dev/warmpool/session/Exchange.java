package dev.warmpool.session;

import java.util.concurrent.atomic.AtomicReference;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.core.publisher.Sinks;
import reactor.util.context.Context;

/**
 * One statement on its way, between the driver and the subscriber. The driver's side is never
 * cancelled: a subscriber that leaves stops getting rows, and what is left is read and dropped, for
 * an answer half read blocks the connection for good. What the subscriber throws, the JVM-fatal
 * errors that Reactor does not signal included, ends the session instead of vanishing on the event
 * loop.
 *
 * @param <T> the items
 */
final class Exchange<T> implements CoreSubscriber<Object>, Subscription {

  private enum State {
    ACTIVE,
    DRAINING,
    OVER
  }

  private final SessionScope scope;
  private final CoreSubscriber<? super T> subscriber;
  private final AtomicReference<State> state = new AtomicReference<>(State.ACTIVE);
  private final Sinks.Empty<Void> over = Sinks.empty();
  private final Operators.DeferredSubscription upstream = new Operators.DeferredSubscription();

  Exchange(SessionScope scope, CoreSubscriber<? super T> subscriber) {
    this.scope = scope;
    this.subscriber = subscriber;
  }

  /** Sends the statement; the subscriber gets its subscription first. */
  void start(Flux<Object> answers) {
    subscriber.onSubscribe(this);
    answers.subscribe(this);
  }

  /** Whether the subscriber has left, so that nobody waits for what is left of the answer. */
  boolean isDraining() {
    return state.get() == State.DRAINING;
  }

  /** Completes when the driver's side has ended; who waited first goes on first. */
  Mono<Void> over() {
    return over.asMono();
  }

  @Override
  public Context currentContext() {
    return subscriber.currentContext();
  }

  @Override
  public void onSubscribe(Subscription subscription) {
    upstream.set(subscription);
  }

  @Override
  @SuppressWarnings("unchecked")
  public void onNext(Object item) {
    if (state.get() != State.ACTIVE) {
      return;
    }
    if (item instanceof SqlStatement.Failure failure) {
      drain();
      signal(() -> subscriber.onError(failure.cause()));
    } else {
      signal(() -> subscriber.onNext((T) item));
    }
  }

  @Override
  public void onError(Throwable error) {
    if (end()) {
      Throwable meaning = scope.meaning(error);
      signal(() -> subscriber.onError(meaning));
    }
  }

  @Override
  public void onComplete() {
    Throwable violation = scope.violation();
    if (end()) {
      signal(violation == null ? subscriber::onComplete : () -> subscriber.onError(violation));
    }
  }

  /** Ends the driver's side; true where the subscriber is still there to be told. */
  private boolean end() {
    boolean listening = state.getAndSet(State.OVER) == State.ACTIVE;
    scope.ended(this);
    over.tryEmitEmpty();
    return listening;
  }

  private void signal(Runnable delivery) {
    try {
      delivery.run();
    } catch (Throwable error) { // thrown on into the driver, it would be lost
      drain();
      scope.abort(error);
    }
  }

  private void drain() {
    if (state.compareAndSet(State.ACTIVE, State.DRAINING)) {
      upstream.request(Long.MAX_VALUE);
    }
  }

  @Override
  public void request(long n) {
    upstream.request(n);
  }

  @Override
  public void cancel() {
    drain();
  }
}
