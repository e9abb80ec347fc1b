package dev.warmpool.session.internal.pool;

import dev.warmpool.session.Deadline;
import dev.warmpool.session.SessionUnavailableException;
import dev.warmpool.session.internal.loop.Backoff;
import dev.warmpool.session.internal.loop.Limit;
import dev.warmpool.session.internal.loop.Ticks;
import dev.warmpool.session.internal.postgres.SearchPath;
import dev.warmpool.session.internal.postgres.SqlStates;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/**
 * Acquires a connection for one session: waits for a permit, connects again with jittered back-off
 * while the server has no connection to give, and stops at a limit or when the session is aborted.
 * A connection that arrives later is released. Used once.
 *
 * <p>{@code POOL_TIMEOUT} counts the time spent waiting, see {@link Ticks}. At its end no attempt
 * to connect is begun, and one that makes progress is waited for. The deadline ends all.
 */
public final class Acquisition {

  private final Connections pool;
  private final SearchPath path;
  private final Limits limits;
  private final long began = System.nanoTime();
  private final AtomicBoolean decided = new AtomicBoolean();
  private final Disposable.Composite watches = Disposables.composite();
  private volatile @Nullable Runnable waiting;
  private volatile @Nullable ConnectAttempt attempt;
  private volatile @Nullable Throwable lastError;
  private volatile boolean patient = true;
  private volatile boolean queued;
  private long left;

  /**
   * The longest waits.
   *
   * @param patience {@code POOL_TIMEOUT}
   * @param deadline the session's; null for none
   */
  public record Limits(Duration patience, @Nullable Deadline deadline) {}

  /**
   * @param path the search path of the connection
   */
  public Acquisition(Connections pool, SearchPath path, Limits limits) {
    this.pool = pool;
    this.path = path;
    this.limits = limits;
  }

  private AcquisitionErrors errors() {
    return new AcquisitionErrors(pool, began);
  }

  /**
   * The connection, emitted on its event loop. The subscriber must not cancel: it stops this by
   * {@code aborted}.
   *
   * @param aborted fails when the session is aborted; the acquisition then fails with its error
   */
  public Mono<Lease> lease(Mono<Void> aborted) {
    return Mono.create(sink -> start(sink, aborted));
  }

  private void start(MonoSink<Lease> sink, Mono<Void> aborted) {
    watches.add(aborted.subscribe(nothing -> {}, reason -> fail(sink, reason)));
    if (!decided.get()) {
      attempt(sink, Backoff.FIRST);
    }
    if (!decided.get()) {
      watch(sink);
    }
  }

  private void watch(MonoSink<Lease> sink) {
    Deadline deadline = limits.deadline();
    if (deadline != null) {
      Duration remaining = deadline.remaining();
      Limit limit = new Limit(errors().waited().plus(remaining), "the session's deadline");
      watches.add(pool.loops().in(remaining, () -> fail(sink, unavailable(limit))));
    }
    Ticks ticks = new Ticks(pool.loops(), limits.patience(), this::runTick, () -> tick(sink));
    left = ticks.in(limits.patience());
    watches.add(ticks);
    ticks.start();
  }

  private void runTick(Runnable tick) {
    ConnectAttempt current = attempt;
    if (current == null) {
      tick.run();
    } else {
      current.run(tick);
    }
  }

  private void tick(MonoSink<Lease> sink) {
    if (--left > 0) {
      return;
    }
    patient = false;
    ConnectAttempt current = attempt;
    if (current == null) {
      fail(sink, timedOut());
    } else if (current.isStalled()) {
      fail(sink, timedOut());
      current.giveUp(new TimeoutException("POOL_TIMEOUT"));
    }
  }

  private SessionUnavailableException timedOut() {
    return unavailable(new Limit(limits.patience(), "POOL_TIMEOUT"));
  }

  private void attempt(MonoSink<Lease> sink, Backoff backoff) {
    Runnable admitted = () -> take(sink, backoff);
    waiting = admitted;
    queued = true;
    pool.queue().enter(admitted);
    if (decided.get()) {
      pool.queue().giveUp(admitted);
    }
  }

  /** Runs on the thread of the session that returned the permit, so nothing may be thrown on. */
  private void take(MonoSink<Lease> sink, Backoff backoff) {
    queued = false;
    pool.inFlight().begin();
    if (decided.get()) {
      pool.queue().leave();
      pool.inFlight().end();
      return;
    }
    Taking taking = new Taking(sink, backoff);
    try {
      pool.take(path, taking);
    } catch (Throwable error) { // a JVM-fatal error, which Reactor throws instead of signalling it
      if (!taking.answer(null, error)) {
        throw error;
      }
    }
  }

  /** One connection that is taken or opened. Answered once. */
  private final class Taking implements Connections.Taker {

    private final MonoSink<Lease> sink;
    private final Backoff backoff;
    private final AtomicBoolean answered = new AtomicBoolean();

    Taking(MonoSink<Lease> sink, Backoff backoff) {
      this.sink = sink;
      this.backoff = backoff;
    }

    @Override
    public void connects(ConnectAttempt begun) {
      attempt = begun;
      if (decided.get()) {
        begun.abandon();
      }
    }

    @Override
    public void taken(@Nullable Lease lease, @Nullable Throwable error) {
      answer(lease, error);
    }

    boolean answer(@Nullable Lease lease, @Nullable Throwable error) {
      boolean first = answered.compareAndSet(false, true);
      if (first) {
        attempt = null;
        Acquisition.this.taken(sink, lease, error, backoff);
      }
      return first;
    }
  }

  private void taken(
      MonoSink<Lease> sink, @Nullable Lease lease, @Nullable Throwable error, Backoff backoff) {
    if (lease != null && decide()) {
      pool.loops().run(lease.connection().scheduler(), () -> emit(sink, lease));
      return;
    }
    if (lease != null) { // too late
      lease.release(Connections.CLOSE_LIMIT).subscribe();
    } else {
      pool.queue().leave();
      failed(sink, error == null ? new IllegalStateException("no outcome") : error, backoff);
    }
    pool.inFlight().end();
  }

  private void emit(MonoSink<Lease> sink, Lease lease) {
    try {
      sink.success(lease);
    } finally {
      pool.inFlight().end();
    }
  }

  /** The first of connection, error and limit decides. */
  private boolean decide() {
    boolean first = decided.compareAndSet(false, true);
    if (first) {
      watches.dispose();
    }
    return first;
  }

  private void fail(MonoSink<Lease> sink, Throwable reason) {
    if (decide()) {
      Runnable entered = waiting;
      if (entered != null) {
        pool.queue().giveUp(entered);
      }
      ConnectAttempt current = attempt;
      if (current != null) {
        current.abandon();
      }
      sink.error(reason);
    }
  }

  private void failed(MonoSink<Lease> sink, Throwable error, Backoff backoff) {
    if (!SqlStates.isWorthConnectingAgain(error)) {
      fail(sink, errors().refused(error));
      return;
    }
    lastError = error;
    if (!patient) {
      fail(sink, timedOut());
    } else if (!decided.get()) {
      pool.loops().in(backoff.delay(), () -> attempt(sink, backoff.next()));
    }
  }

  private SessionUnavailableException unavailable(Limit limit) {
    return errors().unavailable(limit, lastError, waitsFor());
  }

  /** Between two attempts it waits for nothing but the next one. */
  private String waitsFor() {
    ConnectAttempt current = attempt;
    if (current != null) {
      return "; waited for " + current.waitsFor();
    }
    return queued ? "; waited for a place in the pool" : "";
  }
}
