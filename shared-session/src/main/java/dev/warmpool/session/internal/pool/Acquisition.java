package dev.warmpool.session.internal.pool;

import dev.warmpool.session.PoolStats;
import dev.warmpool.session.SessionException;
import dev.warmpool.session.SessionUnavailableException;
import dev.warmpool.session.internal.loop.Jitter;
import dev.warmpool.session.internal.postgres.SearchPath;
import dev.warmpool.session.internal.postgres.SqlStates;
import java.time.Duration;
import java.util.concurrent.CancellationException;
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
 */
public final class Acquisition {

  private static final Duration FIRST_BACKOFF = Duration.ofMillis(20);
  private static final Duration LAST_BACKOFF = Duration.ofMillis(1_000);

  /** The share by which back-offs differ, so that environments do not connect again all at once. */
  private static final double BACKOFF_JITTER = 0.5;

  private final Connections pool;
  private final SearchPath path;
  private final Limit limit;
  private final long began = System.nanoTime();
  private final AtomicBoolean decided = new AtomicBoolean();
  private final Disposable.Composite watches = Disposables.composite();
  private volatile @Nullable Runnable waiting;
  private volatile @Nullable Throwable lastError;

  /**
   * The longest wait.
   *
   * @param time how long
   * @param name which setting or value it comes from, for the message
   */
  public record Limit(Duration time, String name) {}

  /**
   * @param path the search path of the connection
   */
  public Acquisition(Connections pool, SearchPath path, Limit limit) {
    this.pool = pool;
    this.path = path;
    this.limit = limit;
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
      attempt(sink, FIRST_BACKOFF.toMillis());
    }
    if (!decided.get()) {
      Duration left = limit.time().minus(waited());
      watches.add(pool.loops().in(left, () -> fail(sink, unavailable())));
    }
  }

  private void attempt(MonoSink<Lease> sink, long backoffMillis) {
    Runnable admitted = () -> take(sink, backoffMillis);
    waiting = admitted;
    pool.queue().enter(admitted);
    if (decided.get()) {
      pool.queue().giveUp(admitted);
    }
  }

  /** Runs on the thread of the session that returned the permit, so nothing may be thrown on. */
  private void take(MonoSink<Lease> sink, long backoffMillis) {
    pool.inFlight().begin();
    if (decided.get()) {
      pool.queue().leave();
      pool.inFlight().end();
      return;
    }
    AtomicBoolean answered = new AtomicBoolean();
    try {
      pool.take(
          path,
          (lease, error) -> {
            if (answered.compareAndSet(false, true)) {
              taken(sink, lease, error, backoffMillis);
            }
          });
    } catch (Throwable error) { // a JVM-fatal error, which Reactor throws instead of signalling it
      if (!answered.compareAndSet(false, true)) {
        throw error;
      }
      taken(sink, null, error, backoffMillis);
    }
  }

  private void taken(
      MonoSink<Lease> sink, @Nullable Lease lease, @Nullable Throwable error, long backoffMillis) {
    if (lease != null && decide()) {
      pool.loops().run(lease.connection().scheduler(), () -> emit(sink, lease));
      return;
    }
    if (lease != null) { // too late
      lease.release(Connections.CLOSE_LIMIT).subscribe();
    } else {
      pool.queue().leave();
      failed(sink, error == null ? new IllegalStateException("no outcome") : error, backoffMillis);
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
      sink.error(reason);
    }
  }

  private void failed(MonoSink<Lease> sink, Throwable error, long backoffMillis) {
    if (!SqlStates.isWorthConnectingAgain(error)) {
      fail(sink, refused(error));
    } else if (!decided.get()) {
      lastError = error;
      pool.loops()
          .in(
              Duration.ofMillis(Jitter.shortened(backoffMillis, BACKOFF_JITTER)),
              () -> attempt(sink, Math.min(backoffMillis * 2, LAST_BACKOFF.toMillis())));
    }
  }

  private SessionUnavailableException unavailable() {
    Throwable cause = lastError;
    PoolStats stats = pool.stats(0, 0);
    String message =
        "no connection within %d ms (%s): %d of %d in use, %d idle, %d waiting%s"
            .formatted(
                limit.time().toMillis(),
                limit.name(),
                stats.acquired(),
                stats.max(),
                stats.idle(),
                stats.pending(),
                cause == null ? "" : "; last connect error " + SqlStates.whyNotConnected(cause));
    return new SessionUnavailableException(message, waited(), stats, cause);
  }

  /** Wrong credentials, a database that does not exist: the next attempt would fail, too. */
  private Throwable refused(Throwable error) {
    if (error instanceof SessionException || error instanceof CancellationException) {
      return error;
    }
    String message = "cannot connect: " + SqlStates.whyNotConnected(error);
    return new SessionUnavailableException(message, waited(), pool.stats(0, 0), error);
  }

  private Duration waited() {
    return Duration.ofNanos(System.nanoTime() - began);
  }
}
