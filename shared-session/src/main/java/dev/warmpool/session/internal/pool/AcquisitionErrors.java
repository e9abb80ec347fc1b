package dev.warmpool.session.internal.pool;

import dev.warmpool.session.PoolStats;
import dev.warmpool.session.SessionException;
import dev.warmpool.session.SessionUnavailableException;
import dev.warmpool.session.internal.loop.Limit;
import dev.warmpool.session.internal.postgres.SqlStates;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The errors of one {@link Acquisition}, with the pool's figures at that moment. Immutable; made
 * where an error is.
 *
 * @param began when the acquisition began, as {@link System#nanoTime()} counts
 */
record AcquisitionErrors(Connections pool, long began) {

  /** How long the acquisition has lasted. */
  Duration waited() {
    return Duration.ofNanos(System.nanoTime() - began);
  }

  /**
   * No connection came within a limit.
   *
   * @param limit how long, and the name of what says so
   * @param cause the last error of connecting; null for none
   * @param waitsFor what the acquisition waits for, as the end of a message; empty for nothing
   */
  SessionUnavailableException unavailable(Limit limit, @Nullable Throwable cause, String waitsFor) {
    PoolStats stats = pool.stats();
    int opening = pool.opening();
    String message =
        "no connection within %d ms (%s): %d of %d in use, %s%d idle, %d waiting%s%s"
            .formatted(
                limit.time().toMillis(),
                limit.name(),
                stats.acquired(),
                stats.max(),
                opening == 0 ? "" : opening + " being opened, ",
                stats.idle(),
                stats.pending(),
                cause == null ? "" : "; last connect error " + why(cause),
                waitsFor);
    return new SessionUnavailableException(message, waited(), stats, cause);
  }

  private static String why(Throwable error) {
    String message = error instanceof TimeoutException ? error.getMessage() : null;
    return message == null ? SqlStates.whyNotConnected(error) : message;
  }

  /** Wrong credentials, a database that does not exist: the next attempt would fail, too. */
  Throwable refused(Throwable error) {
    if (error instanceof SessionException || error instanceof CancellationException) {
      return error;
    }
    String message = "cannot connect: " + SqlStates.whyNotConnected(error);
    return new SessionUnavailableException(message, waited(), pool.stats(), error);
  }
}
