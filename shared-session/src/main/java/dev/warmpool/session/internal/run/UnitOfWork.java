package dev.warmpool.session.internal.run;

import dev.warmpool.session.Session;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * A unit of work with one result. The first of the work's own end and its session's abort decides
 * how the session ends; after that the outcome is emitted. Used once.
 */
final class UnitOfWork<T> extends BaseSubscriber<T> {

  private final RunningSession session;
  private final MonoSink<T> sink;
  private final AtomicBoolean decided = new AtomicBoolean();
  private volatile @Nullable T result;

  /**
   * @param sink gets the outcome when the session has ended
   */
  UnitOfWork(RunningSession session, MonoSink<T> sink) {
    this.session = session;
    this.sink = sink;
  }

  void start(Function<? super Session, ? extends Mono<T>> work) {
    session.aborted().subscribe(ignored -> {}, this::abort);
    session.start(work, this);
  }

  private void abort(Throwable reason) {
    try {
      cancel();
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
  protected void hookOnNext(T value) {
    result = value;
  }

  @Override
  protected void hookOnError(Throwable error) {
    end(error);
  }

  @Override
  protected void hookOnComplete() {
    end(null);
  }

  private void end(@Nullable Throwable error) {
    if (decided.compareAndSet(false, true)) {
      Mono<Void> ending = error == null ? session.complete() : session.abandon(error);
      ending.subscribe(ignored -> {}, sink::error, () -> emit(error), currentContext());
    }
  }

  private void emit(@Nullable Throwable error) {
    if (error == null) {
      sink.success(result);
    } else {
      sink.error(session.outcome(error));
    }
  }
}
