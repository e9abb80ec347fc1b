package dev.warmpool.session.internal.loop;

import java.util.SplittableRandom;

/**
 * Random delays that hold no state. A generator in memory, such as {@code ThreadLocalRandom}, is
 * part of a snapshot: all environments that are restored from it would draw the same delays at the
 * same time. The clocks at the moment of use differ between them. Thread-safe.
 */
public final class Jitter {

  private Jitter() {}

  /**
   * A time that is shorter by a random part.
   *
   * @param share the largest part to subtract, from 0 to 1
   */
  public static long shortened(long millis, double share) {
    return shortened(millis, share, System.nanoTime() ^ System.currentTimeMillis() << 32);
  }

  /** The same at one moment, on which alone it depends. */
  static long shortened(long millis, double share, long moment) {
    return Math.round(millis * (1 - share * new SplittableRandom(moment).nextDouble()));
  }
}
