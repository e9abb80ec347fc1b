package dev.warmpool.session.internal.postgres;

import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;

/**
 * When a connection was last known to be alive. An answer may be read long after it came, so the
 * moment that counts is that in which the answered message was sent. Thread-safe.
 */
final class Liveness {

  /** A connection that has answered within this time is taken to be alive. */
  static final Duration WINDOW = Duration.ofMillis(500);

  /** Two clocks that differ by more since then: the process was frozen, or the time was set. */
  private static final long FROZEN_MILLIS = 100;

  private final InstantSource clock;
  private volatile Moment sent;
  private volatile Moment alive;

  /**
   * A moment on both clocks: frozen, a process may find that either has stood still.
   *
   * @param nanos as {@link System#nanoTime()} counts
   * @param millis of the wall clock
   */
  record Moment(long nanos, long millis) {}

  /**
   * Begins with a connection that was just opened.
   *
   * @param clock the wall clock
   * @param opening how long opening it took
   */
  Liveness(InstantSource clock, Duration opening) {
    this.clock = clock;
    this.sent =
        new Moment(System.nanoTime() - opening.toNanos(), clock.millis() - opening.toMillis());
    this.alive = sent;
  }

  /** A reset is being sent; returns the moment for {@link #answered}. */
  Moment sent() {
    Moment now = new Moment(System.nanoTime(), clock.millis());
    sent = now;
    return now;
  }

  /** The reset that was sent at this moment was answered. */
  void answered(Moment reset) {
    alive = reset;
  }

  /** Whether the latest reset was answered; a connection without one is new. */
  boolean isAnswered() {
    return alive == sent;
  }

  /** Whether the connection was alive within the window, with the process running ever since. */
  boolean isRecent() {
    Moment last = alive;
    long running = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - last.nanos());
    long passed = clock.millis() - last.millis();
    return Math.max(running, passed) < WINDOW.toMillis()
        && Math.abs(passed - running) < FROZEN_MILLIS;
  }
}
