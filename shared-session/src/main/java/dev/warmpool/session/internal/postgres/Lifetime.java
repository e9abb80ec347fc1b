package dev.warmpool.session.internal.postgres;

import dev.warmpool.session.internal.loop.Jitter;
import java.time.Duration;
import java.time.InstantSource;

/** How old a connection is and how long it is idle, frozen time included. Thread-safe. */
final class Lifetime {

  /** The share by which ages at recycling differ, so that connections do not all end at once. */
  private static final double RECYCLE_JITTER = 0.1;

  private final InstantSource clock;
  private final long recycleAtMillis;
  private volatile long usedAtMillis;

  /**
   * Begins now.
   *
   * @param clock the wall clock: monotonic ones stand still while the environment is frozen
   * @param recycle the age after which the connection is replaced, less jitter
   */
  Lifetime(InstantSource clock, Duration recycle) {
    this.clock = clock;
    this.usedAtMillis = clock.millis();
    this.recycleAtMillis = usedAtMillis + Jitter.shortened(recycle.toMillis(), RECYCLE_JITTER);
  }

  /** Notes that a session has used the connection until now. */
  void touch() {
    usedAtMillis = clock.millis();
  }

  /** Whether the connection is too old, or has not been used for this time. */
  boolean isOver(Duration idle) {
    long now = clock.millis();
    return now >= recycleAtMillis || now - usedAtMillis >= idle.toMillis();
  }
}
