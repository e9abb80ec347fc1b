package dev.warmpool.benchmarks.coldstart;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The medians of processes that ran in pairs, one with logs and metrics and one without. */
final class Pairs {

  private final List<Double> on = new ArrayList<>();
  private final List<Double> off = new ArrayList<>();
  private final List<Double> differences = new ArrayList<>();
  private long bytes;

  void add(Times with, Times without) {
    on.add(with.median());
    off.add(without.median());
    differences.add(with.median() - without.median());
    bytes = with.bytes() - without.bytes();
  }

  double on() {
    return Times.median(on);
  }

  double off() {
    return Times.median(off);
  }

  double difference() {
    return Times.median(differences);
  }

  /** Of the last pair's log, for each request. */
  long bytes() {
    return bytes;
  }

  /**
   * The confidence interval of the difference by the sign test: half of the pairs lie on each side
   * of the true median, with a standard deviation of half the root of their number.
   */
  String interval() {
    double[] sorted = differences.stream().mapToDouble(value -> value).sorted().toArray();
    int low = Math.max(0, (int) Math.floor((sorted.length - 1.96 * Math.sqrt(sorted.length)) / 2));
    double high = sorted[sorted.length - 1 - low];
    return String.format(Locale.ROOT, "%.2f to %.2f", sorted[low], high);
  }
}
