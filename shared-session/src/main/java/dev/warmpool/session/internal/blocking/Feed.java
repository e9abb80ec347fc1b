package dev.warmpool.session.internal.blocking;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.publisher.Operators;
import reactor.core.publisher.Signal;
import reactor.util.context.Context;

/**
 * A statement with the items that are sent to it. They are taken on the waiting thread, outside the
 * event loop, because that may block. Signals may come on any thread; the rest is for the waiting
 * thread.
 *
 * @param <T> the items
 * @param <E> the exception with which taking one may fail
 */
final class Feed<T, E extends Exception> implements Publisher<T>, Subscription, Unfinished {

  private final WaitingRun run;
  private final String doing;
  private final Source<T, E> source;
  private final int ahead;
  private final Queue<T> taken = new ArrayDeque<>();
  private final AtomicLong demand = new AtomicLong();
  private final Disposable.Swap statement = Disposables.swap();
  private volatile @Nullable Signal<Long> result;
  private volatile @Nullable Subscriber<? super T> subscriber;
  private volatile @Nullable MonoSink<Void> waiting;
  private volatile boolean over;
  private @Nullable Throwable failure;
  private boolean exhausted;

  /**
   * Takes nothing yet.
   *
   * @param doing what the session does meanwhile, for a message
   * @param ahead the most items that are kept in memory
   */
  Feed(WaitingRun run, String doing, Source<T, E> source, int ahead) {
    this.run = run;
    this.doing = doing;
    this.source = source;
    this.ahead = ahead;
  }

  /** Supplies the items. */
  @FunctionalInterface
  interface Source<T, E extends Exception> {

    /** The next item; null after the last one. */
    @Nullable T next() throws E;
  }

  /** Sends the statement that this publisher feeds; returns its result. */
  long into(Function<Publisher<T>, Mono<Long>> fed) throws E {
    run.open().begin(this);
    try {
      run.await(news(() -> begin(fed)));
      while (result == null) {
        take();
        run.await(news(this::deliver));
      }
    } finally {
      run.open().ended(this);
    }
    return outcome();
  }

  /** Does this, and completes when items are asked for or the statement has ended. */
  private Mono<Void> news(Runnable action) {
    return Mono.create(
        sink -> {
          waiting = sink;
          action.run();
          tell();
        });
  }

  private void tell() {
    MonoSink<Void> sink = waiting;
    if (sink != null && (result != null || demand.get() > 0 && !over)) {
      sink.success();
    }
  }

  private void begin(Function<Publisher<T>, Mono<Long>> fed) {
    MonoSink<Void> sink = waiting;
    Context context = sink == null ? Context.empty() : Context.of(sink.contextView());
    statement.update(fed.apply(this).materialize().contextWrite(context).subscribe(this::ended));
  }

  private void ended(Signal<Long> end) {
    result = end;
    tell();
  }

  private void take() {
    try {
      while (!exhausted && taken.size() < ahead) {
        T item = source.next();
        exhausted = item == null;
        if (item != null) {
          taken.add(item);
        }
      }
    } catch (Throwable error) { // of the user's code
      failure = error;
      exhausted = true;
    }
  }

  private void deliver() {
    Subscriber<? super T> to = subscriber;
    while (to != null && !over && demand.get() > 0 && !taken.isEmpty()) {
      demand.decrementAndGet();
      to.onNext(taken.remove());
    }
    if (to != null && !over && exhausted && taken.isEmpty()) {
      over = true;
      end(to);
    }
  }

  private void end(Subscriber<? super T> to) {
    Throwable error = failure;
    if (error == null) {
      to.onComplete();
    } else {
      to.onError(Outcome.signalled(error));
    }
  }

  private long outcome() throws E {
    Signal<Long> end = result;
    Throwable error = end == null ? null : end.getThrowable();
    if (error != null) {
      throw new Outcome<>(null, failure).<E>failure(error);
    }
    Long changed = end == null ? null : end.get();
    return changed == null ? 0 : changed;
  }

  @Override
  public String doing() {
    return doing;
  }

  @Override
  public void stop() {
    over = true;
    statement.dispose();
  }

  @Override
  public void subscribe(Subscriber<? super T> items) {
    subscriber = items;
    items.onSubscribe(this);
  }

  @Override
  public void request(long n) {
    demand.accumulateAndGet(n, Operators::addCap);
    tell();
  }

  @Override
  public void cancel() {
    over = true;
  }
}
