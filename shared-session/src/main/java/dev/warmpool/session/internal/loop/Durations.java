package dev.warmpool.session.internal.loop;

import java.time.Duration;

/** Durations as {@link System#nanoTime()} can count them. */
final class Durations {

  /** Half of what a long can count, so that adding it to a moment does not overflow: 146 years. */
  private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE / 2);

  private Durations() {}

  /** In nanoseconds; a longer duration than can be counted counts as 146 years. */
  static long nanos(Duration duration) {
    return (duration.compareTo(LONGEST) < 0 ? duration : LONGEST).toNanos();
  }
}
