package dev.warmpool.session;

import static java.util.concurrent.TimeUnit.MILLISECONDS;

import io.r2dbc.spi.R2dbcTimeoutException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

/**
 * One session's way to a connection: waits in the pool's queue, connects again with jittered
 * back-off while the server has no room, and gives up at a limit or when the session is over. A
 * connection that comes too late goes back. Confined to one session.
 */
final class Acquisition {

  private static final Duration FIRST_BACKOFF = Duration.ofMillis(20);
  private static final Duration LAST_BACKOFF = Duration.ofMillis(1_000);

  private final LeaseSource pool;
  private final SearchPath path;
  private final Duration limit;
  private final String limitName;
  private final long began = System.nanoTime();
  private volatile @Nullable Throwable lastError;

  /**
   * @param path what the connection is for
   * @param limit the longest wait
   * @param limitName what sets it, for the message
   */
  Acquisition(LeaseSource pool, SearchPath path, Duration limit, String limitName) {
    this.pool = pool;
    this.path = path;
    this.limit = limit;
    this.limitName = limitName;
  }

  /** The connection, unless {@code over} fails or the limit passes first. */
  Mono<Lease> lease(Mono<Void> over) {
    return Mono.defer(
        () -> {
          Sinks.Empty<Void> end = Sinks.empty();
          Disposable timer =
              Schedulers.parallel()
                  .schedule(() -> end.tryEmitError(unavailable()), limit.toMillis(), MILLISECONDS);
          Disposable watch = over.subscribe(ignored -> {}, end::tryEmitError);
          return attempt(end.asMono(), FIRST_BACKOFF.toMillis())
              .doFinally(
                  signal -> {
                    timer.dispose();
                    watch.dispose();
                  });
        });
  }

  private Mono<Lease> attempt(Mono<Void> giveUp, long backoffMillis) {
    return claim(giveUp)
        .onErrorResume(
            Failures::isWorthConnectingAgain,
            error -> {
              remember(error);
              return pause(backoffMillis)
                  .takeUntilOther(giveUp)
                  .then(Mono.defer(() -> attempt(giveUp, next(backoffMillis))));
            })
        .onErrorMap(this::refused);
  }

  /** The pool's own time-out says nothing about the server. */
  private void remember(Throwable error) {
    if (!(error instanceof R2dbcTimeoutException)) {
      lastError = error;
    }
  }

  /** One try of the pool. The sink decides who was first, the connection or the end of patience. */
  private Mono<Lease> claim(Mono<Void> giveUp) {
    return Mono.defer(
        () -> {
          Sinks.One<Lease> claim = Sinks.one();
          giveUp.subscribe(ignored -> {}, claim::tryEmitError);
          pool.acquire(path)
              .whenComplete(
                  (lease, error) -> {
                    if (error != null) {
                      claim.tryEmitError(cause(error));
                    } else if (claim.tryEmitValue(lease).isFailure()) {
                      lease.release().subscribe();
                    }
                  });
          return claim.asMono();
        });
  }

  private static Throwable cause(Throwable error) {
    return error instanceof CompletionException && error.getCause() != null
        ? error.getCause()
        : error;
  }

  private static Mono<Long> pause(long backoffMillis) {
    long jittered = ThreadLocalRandom.current().nextLong(backoffMillis / 2, backoffMillis + 1);
    return Mono.delay(Duration.ofMillis(jittered));
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
                limit.toMillis(),
                limitName,
                stats.acquired(),
                stats.max(),
                stats.idle(),
                stats.pending(),
                cause == null ? "" : "; last connect error " + Failures.shortly(cause));
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
            : Failures.shortly(error);
    return new SessionUnavailableException(
        what.formatted(detail), waited(), pool.stats(0, 0), error);
  }

  private Duration waited() {
    return Duration.ofNanos(System.nanoTime() - began);
  }
}
