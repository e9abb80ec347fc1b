package dev.warmpool.session.internal.loop;

import java.time.Duration;

/**
 * How long to wait before something that has failed is tried again: each time twice as long up to a
 * bound, less jitter. Immutable.
 *
 * @param failures how often it has failed before
 */
public record Backoff(long failures) {

  /** Behind the first failure. */
  public static final Backoff FIRST = new Backoff(0);

  private static final long FIRST_MILLIS = 20;
  private static final long LAST_MILLIS = 1_000;

  /** The share by which delays differ, so that what has failed together does not meet again. */
  private static final double JITTER = 0.5;

  /** The delay, with other jitter at each call. */
  public Duration delay() {
    long doubled = FIRST_MILLIS << Math.min(failures, 10);
    return Duration.ofMillis(Jitter.shortened(Math.min(doubled, LAST_MILLIS), JITTER));
  }

  /** Behind one more failure. */
  public Backoff next() {
    return new Backoff(failures + 1);
  }
}
