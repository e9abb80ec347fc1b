package dev.warmpool.benchmarks;

import java.util.Arrays;
import java.util.stream.Collectors;

/** Figures of one contender with one workload. Confined to one run. */
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

  double mean() {
    return Arrays.stream(millis, 0, count).average().orElseThrow();
  }

  /** The values with blanks between them. */
  @Override
  public String toString() {
    return Arrays.stream(millis, 0, count)
        .mapToObj(Double::toString)
        .collect(Collectors.joining(" "));
  }

  double median() {
    return percentile(0.5);
  }
}
