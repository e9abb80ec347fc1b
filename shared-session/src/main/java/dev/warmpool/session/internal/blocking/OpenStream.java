package dev.warmpool.session.internal.blocking;

import dev.warmpool.session.internal.sql.SqlText;
import java.util.Queue;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Exceptions;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.util.concurrent.Queues;
import reactor.util.context.Context;

/**
 * Rows that are read while they arrive. The statement is sent when the first row is asked for; then
 * at most {@value #MOST} rows are on their way or in memory. Signals may come on any thread; the
 * rest is for the reading thread.
 */
final class OpenStream<T> extends Spliterators.AbstractSpliterator<T>
    implements CoreSubscriber<T>, Unfinished {

  private static final int MOST = 64;

  private final WaitingRun run;
  private final String sql;
  private final Flux<T> rows;
  private final Queue<T> arrived = Queues.<T>get(MOST).get();
  private volatile @Nullable Subscription subscription;
  private volatile @Nullable MonoSink<Void> waiting;
  private volatile @Nullable Throwable error;
  private volatile boolean ended;
  private boolean begun;
  private boolean closed;
  private boolean exhausted;
  private int requested;

  OpenStream(WaitingRun run, String sql, Flux<T> rows) {
    super(Long.MAX_VALUE, Spliterator.ORDERED | Spliterator.NONNULL);
    this.run = run;
    this.sql = sql;
    this.rows = rows;
  }

  @Override
  public String doing() {
    return "reads a stream of "
        + SqlText.shown(sql)
        + ": read the stream to its end, close it, or take list() instead";
  }

  @Override
  public boolean tryAdvance(Consumer<? super T> action) {
    if (!exhausted) {
      run.requireRunning();
      requireOpen();
    }
    T row = exhausted ? null : next();
    if (row == null) {
      return false;
    }
    action.accept(row);
    return true;
  }

  /** To say that there are no more rows would let the reader take those so far for all. */
  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException(
          run.label()
              + " has closed the stream of "
              + SqlText.shown(sql)
              + ": read it before it is closed, and inside the savepoint in which it was begun");
    }
  }

  private @Nullable T next() {
    begin();
    T row = arrived.poll();
    while (row == null && !ended) { // a row that is just being added counts, but cannot be taken
      run.await(Mono.create(this::ask));
      row = arrived.poll();
    }
    if (row == null) {
      row = arrived.poll(); // what came before the end came first
    }
    if (row == null) {
      end();
    } else {
      requested--;
    }
    return row;
  }

  private void begin() {
    if (!begun) {
      run.open().requireNone(() -> "run " + SqlText.shown(sql));
      begun = true;
      run.open().begin(this);
    }
  }

  /** Asks for as many rows as there is room for; the sink is told when there is news. */
  private void ask(MonoSink<Void> sink) {
    waiting = sink;
    if (subscription == null) {
      rows.subscribe(this);
    }
    Subscription statement = subscription;
    if (statement != null && requested < MOST) {
      int more = MOST - requested;
      requested = MOST;
      statement.request(more);
    }
    tell();
  }

  private void tell() {
    MonoSink<Void> sink = waiting;
    if (sink != null && (ended || !arrived.isEmpty())) {
      sink.success();
    }
  }

  private void end() {
    closed = true;
    exhausted = true;
    run.open().ended(this);
    Throwable failure = error;
    if (failure != null) {
      throw Exceptions.propagate(failure);
    }
  }

  /** Closes it: the rest of the rows is received and dropped. */
  void close() {
    if (begun && !closed) {
      run.stop(this);
    }
    closed = true;
  }

  @Override
  public void stop() {
    closed = true;
    run.open().ended(this);
    Subscription statement = subscription;
    if (statement != null) {
      statement.cancel();
    }
  }

  @Override
  public Context currentContext() {
    MonoSink<Void> sink = waiting;
    return sink == null ? Context.empty() : Context.of(sink.contextView());
  }

  @Override
  public void onSubscribe(Subscription statement) {
    subscription = statement;
  }

  @Override
  public void onNext(T row) {
    arrived.offer(row); // no more were requested than it holds
    tell();
  }

  @Override
  public void onError(Throwable reason) {
    error = reason;
    onComplete();
  }

  @Override
  public void onComplete() {
    ended = true;
    tell();
  }
}
