package dev.warmpool.benchmarks;

import java.util.Arrays;

/** Times of one contender with one workload, in milliseconds. Confined to one run. */
final class Samples {

  private double[] millis = new double[1_024];
  private int count;

  void add(double value) {
    if (count == millis.length) {
      millis = Arrays.copyOf(millis, 2 * count);
    }
    millis[count++] = value;
  }

  /**
   * Computes a percentile by nearest rank.
   *
   * @param share fraction from 0 to 1
   */
  double percentile(double share) {
    double[] sorted = Arrays.copyOf(millis, count);
    Arrays.sort(sorted);
    return sorted[Math.min(count - 1, (int) (share * count))];
  }

  double median() {
    return percentile(0.5);
  }
}
