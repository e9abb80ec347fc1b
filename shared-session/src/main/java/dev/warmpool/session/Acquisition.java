package dev.warmpool.session;

import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;

/**
 * One session's way to a connection: waits in line, connects again with jittered back-off while the
 * server has no room, and gives up at a limit or when the session is over. A connection that comes
 * too late goes back. Confined to one session.
 */
final class Acquisition {

  private static final Duration FIRST_BACKOFF = Duration.ofMillis(20);
  private static final Duration LAST_BACKOFF = Duration.ofMillis(1_000);

  private final LeaseSource pool;
  private final Alarms alarms;
  private final SearchPath path;
  private final Patience patience;
  private final long began = System.nanoTime();
  private final CompletableFuture<Lease> outcome = new CompletableFuture<>();
  private volatile @Nullable Runnable place;
  private volatile @Nullable Throwable lastError;

  /**
   * How long to wait.
   *
   * @param limit the longest wait
   * @param name what sets it, for the message
   */
  record Patience(Duration limit, String name) {}

  /**
   * @param path what the connection is for
   */
  Acquisition(LeaseSource pool, Alarms alarms, SearchPath path, Patience patience) {
    this.pool = pool;
    this.alarms = alarms;
    this.path = path;
    this.patience = patience;
  }

  /** The connection, unless {@code over} fails or patience ends first; to be subscribed to once. */
  Mono<Lease> lease(Mono<Void> over) {
    return Mono.defer(
        () -> {
          Disposable alarm = alarms.in(patience.limit(), () -> end(unavailable()));
          Disposable watch = over.subscribe(ignored -> {}, this::end);
          outcome.whenComplete(
              (lease, error) -> {
                alarm.dispose();
                watch.dispose();
              });
          if (!outcome.isDone()) {
            attempt(FIRST_BACKOFF.toMillis());
          }
          return Mono.fromFuture(outcome, true);
        });
  }

  private void attempt(long backoffMillis) {
    Runnable entered = () -> connect(backoffMillis);
    place = entered;
    pool.line().enter(entered);
    if (outcome.isDone()) {
      pool.line().giveUp(entered);
    }
  }

  /** Only what is known to be settling first is begun, and not for a session that is over. */
  private void connect(long backoffMillis) {
    CompletableFuture<Void> settling = pool.settling().begin();
    if (outcome.isDone()) {
      pool.line().leave();
      pool.settling().end(settling);
    } else {
      take(backoffMillis, settling);
    }
  }

  private void take(long backoffMillis, CompletableFuture<Void> settling) {
    pool.take(path)
        .whenComplete(
            (lease, error) -> {
              if (error == null) {
                arrived(lease);
              } else {
                failed(cause(error), backoffMillis);
              }
              pool.settling().end(settling);
            });
  }

  /** The future decides who was first, the connection or the end of patience. */
  private void arrived(Lease lease) {
    if (!outcome.complete(lease)) {
      lease.releaseUnattended();
    }
  }

  private void failed(Throwable error, long backoffMillis) {
    if (!Failures.isWorthConnectingAgain(error)) {
      end(refused(error));
    } else if (!outcome.isDone()) {
      lastError = error;
      alarms.in(jittered(backoffMillis), () -> attempt(next(backoffMillis)));
    }
  }

  private void end(Throwable reason) {
    Runnable waiting = place;
    if (outcome.completeExceptionally(reason) && waiting != null) {
      pool.line().giveUp(waiting);
    }
  }

  private static Throwable cause(Throwable error) {
    return error instanceof CompletionException && error.getCause() != null
        ? error.getCause()
        : error;
  }

  private static Duration jittered(long backoffMillis) {
    return Duration.ofMillis(
        ThreadLocalRandom.current().nextLong(backoffMillis / 2, backoffMillis + 1));
  }

  private static long next(long backoffMillis) {
    return Math.min(backoffMillis * 2, LAST_BACKOFF.toMillis());
  }

  private SessionUnavailableException unavailable() {
    Throwable cause = lastError;
    PoolStats stats = pool.stats(0, 0);
    String message =
        "no connection within %d ms (%s): %d of %d in use, %d idle, %d waiting%s"
            .formatted(
                patience.limit().toMillis(),
                patience.name(),
                stats.acquired(),
                stats.max(),
                stats.idle(),
                stats.pending(),
                cause == null ? "" : "; last connect error " + Failures.whyNotConnected(cause));
    return new SessionUnavailableException(message, waited(), stats, cause);
  }

  /** What another attempt would not get past: credentials, a database that does not exist. */
  private Throwable refused(Throwable error) {
    if (error instanceof SessionException || error instanceof CancellationException) {
      return error;
    }
    String what =
        Failures.isRefusedCredential(error)
            ? "the server refused the credentials (SQLSTATE %s): check POSTGRES_USER and the password"
            : "cannot connect: %s";
    String detail =
        Failures.isRefusedCredential(error)
            ? String.valueOf(Failures.sqlState(error))
            : Failures.whyNotConnected(error);
    return new SessionUnavailableException(
        what.formatted(detail), waited(), pool.stats(0, 0), error);
  }

  private Duration waited() {
    return Duration.ofNanos(System.nanoTime() - began);
  }
}
