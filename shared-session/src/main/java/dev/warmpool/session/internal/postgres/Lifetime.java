package dev.warmpool.session.internal.postgres;

import dev.warmpool.session.internal.loop.Jitter;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Locale;

/**
 * How long opening a connection took, how old it is and how long it is idle, frozen time included.
 * Thread-safe.
 */
final class Lifetime {

  /** The share by which ages at recycling differ, so that connections do not all end at once. */
  private static final double RECYCLE_JITTER = 0.1;

  private final InstantSource clock;
  private final Duration opening;
  private final Liveness liveness;
  private final long openedAtMillis;
  private final long recycleAtMillis;
  private volatile long usedAtMillis;

  /**
   * Begins now.
   *
   * @param clock the wall clock: monotonic ones stand still while the environment is frozen
   * @param recycle the age after which the connection is replaced, less jitter
   * @param opening how long opening it took
   */
  Lifetime(InstantSource clock, Duration recycle, Duration opening) {
    this.clock = clock;
    this.opening = opening;
    this.liveness = new Liveness(clock, opening);
    this.openedAtMillis = clock.millis();
    this.usedAtMillis = openedAtMillis;
    this.recycleAtMillis = openedAtMillis + Jitter.shortened(recycle.toMillis(), RECYCLE_JITTER);
  }

  /** How long opening the connection took. */
  Duration opening() {
    return opening;
  }

  /** When the connection was last known to be alive. */
  Liveness liveness() {
    return liveness;
  }

  /** Notes that a session has used the connection until now. */
  void touch() {
    usedAtMillis = clock.millis();
  }

  /** The facts for a log: it names no address, which the settings tell. */
  String facts() {
    long now = clock.millis();
    return seconds(now - openedAtMillis) + " old, unused for " + seconds(now - usedAtMillis);
  }

  private static String seconds(long millis) {
    return String.format(Locale.ROOT, "%.1f s", millis / 1e3);
  }

  /** Whether the connection is too old, or has not been used for this time. */
  boolean isOver(Duration idle) {
    long now = clock.millis();
    return now >= recycleAtMillis || now - usedAtMillis >= idle.toMillis();
  }
}
