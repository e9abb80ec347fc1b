package dev.warmpool.session;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.util.context.Context;

/** Waits for one unit of work's own end or its session's abort, and ends the session by it. */
final class Outcome<T> extends BaseSubscriber<T> {

  private final RunningSession run;
  private final MonoSink<T> sink;
  private final AtomicBoolean decided = new AtomicBoolean();
  private volatile @Nullable T result;

  /**
   * @param sink is told the outcome when the session has ended
   */
  Outcome(RunningSession run, MonoSink<T> sink) {
    this.run = run;
    this.sink = sink;
  }

  void await(Function<? super Session, ? extends Mono<T>> work) {
    run.aborted().subscribe(ignored -> {}, this::abort);
    run.start(work, this);
  }

  private void abort(Throwable reason) {
    cancel();
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
      Mono<Void> ending = error == null ? run.complete() : run.abandon();
      ending.subscribe(ignored -> {}, sink::error, () -> tell(error), currentContext());
    }
  }

  private void tell(@Nullable Throwable error) {
    if (error == null) {
      sink.success(result);
    } else {
      sink.error(run.meaning(error));
    }
  }
}
