package dev.warmpool.session.internal.run;

import java.util.concurrent.atomic.AtomicReference;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.core.publisher.Sinks;
import reactor.util.context.Context;

/**
 * A statement between the driver and its subscriber. The driver's side is never cancelled: an
 * answer that is half read blocks the connection, so if the subscriber cancels, the rest is read
 * and dropped. If the subscriber throws, the session is aborted: thrown on into the driver, the
 * error would be lost. Used once.
 *
 * @param <T> the items
 */
final class RunningStatement<T> implements CoreSubscriber<Object>, Subscription {

  private enum State {
    ACTIVE,
    DRAINING,
    OVER
  }

  private final SessionStatements session;
  private final SqlStatement statement;
  private final CoreSubscriber<? super T> subscriber;
  private final AtomicReference<State> state = new AtomicReference<>(State.ACTIVE);
  private final Sinks.Empty<Void> ended = Sinks.empty();
  private final Operators.DeferredSubscription upstream = new Operators.DeferredSubscription();

  RunningStatement(
      SessionStatements session, SqlStatement statement, CoreSubscriber<? super T> subscriber) {
    this.session = session;
    this.statement = statement;
    this.subscriber = subscriber;
  }

  /** Sends the statement; the subscriber gets its subscription first. */
  void start(Flux<Object> answers) {
    subscriber.onSubscribe(this);
    answers.subscribe(this);
  }

  /** The statement. */
  SqlStatement statement() {
    return statement;
  }

  /** Whether it need not be sent any more, because its subscriber has left while it waited. */
  boolean isPointless() {
    return isLeft() && statement.turn() != SqlStatement.Turn.UNATTENDED;
  }

  /** Whether the subscriber has cancelled or got the end, so that nothing more is for it. */
  boolean isLeft() {
    return state.get() != State.ACTIVE;
  }

  /** Completes when the driver's side has ended, for subscribers in their order. */
  Mono<Void> ended() {
    return ended.asMono();
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
      session.events().rows(statement.rows(item));
      deliver((T) item);
    }
  }

  /** As {@link #signal} does, without an object for each row. */
  private void deliver(T item) {
    try {
      subscriber.onNext(item);
    } catch (Throwable error) {
      thrown(error);
    }
  }

  @Override
  public void onError(Throwable error) {
    session.failed(error);
    if (end()) {
      Throwable meaning = session.meaning(error);
      signal(() -> subscriber.onError(meaning));
    }
  }

  @Override
  public void onComplete() {
    Throwable violation = session.errors().violation();
    session.errors().succeeded(this);
    if (end()) {
      signal(violation == null ? subscriber::onComplete : () -> subscriber.onError(violation));
    }
  }

  /** Ends the driver's side; returns whether the subscriber is still to be told. */
  private boolean end() {
    boolean listening = state.getAndSet(State.OVER) == State.ACTIVE;
    session.ended(this);
    ended.tryEmitEmpty();
    return listening;
  }

  private void signal(Runnable delivery) {
    try {
      delivery.run();
    } catch (Throwable error) {
      thrown(error);
    }
  }

  private void thrown(Throwable error) {
    drain();
    session.abort().by(error);
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
