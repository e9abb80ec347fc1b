package dev.warmpool.session.internal.run;

import dev.warmpool.session.Session;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * A unit of work with one result. The first of the work's own end and its session's abort decides
 * how the session ends; after that the outcome is emitted. Used once.
 */
final class UnitOfWork<T> implements CoreSubscriber<T> {

  private final RunningSession session;
  private final MonoSink<T> sink;
  private final Operators.DeferredSubscription work = new Operators.DeferredSubscription();
  private final AtomicBoolean decided = new AtomicBoolean();
  private volatile @Nullable T result;
  private volatile @Nullable Throwable reason;

  /**
   * @param sink gets the outcome when the session has ended
   */
  UnitOfWork(RunningSession session, MonoSink<T> sink) {
    this.session = session;
    this.sink = sink;
  }

  void start(Function<? super Session, ? extends Mono<T>> code) {
    session.aborted().subscribe(ignored -> {}, this::abort);
    session.start(code, this);
  }

  private void abort(Throwable reason) {
    this.reason = reason;
    try {
      work.cancel();
    } catch (Throwable error) { // of the work's own cancel: the session has to end all the same
      Operators.onErrorDropped(error, currentContext());
    }
    end(reason);
  }

  @Override
  public Context currentContext() {
    return Context.of(sink.contextView());
  }

  @Override
  public void onSubscribe(Subscription subscription) {
    if (work.set(subscription)) {
      work.request(Long.MAX_VALUE);
    }
  }

  @Override
  public void onNext(T value) {
    result = value;
  }

  /** A statement that the abort met on another thread fails with its reason: no news. */
  @Override
  public void onError(Throwable error) {
    if (!end(error) && error != reason) {
      Operators.onErrorDropped(error, currentContext());
    }
  }

  @Override
  public void onComplete() {
    end(null);
  }

  private boolean end(@Nullable Throwable error) {
    boolean first = decided.compareAndSet(false, true);
    if (first) {
      Mono<Void> ending = error == null ? session.complete() : session.abandon(error);
      ending.subscribe(ignored -> {}, sink::error, () -> emit(error), currentContext());
    }
    return first;
  }

  private void emit(@Nullable Throwable error) {
    if (error == null) {
      sink.success(result);
    } else {
      sink.error(session.outcome(error));
    }
  }
}
