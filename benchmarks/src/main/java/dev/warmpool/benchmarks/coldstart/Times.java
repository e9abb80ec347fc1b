package dev.warmpool.benchmarks.coldstart;

import java.util.ArrayList;
import java.util.List;

/** Times and bytes of one process with logs and metrics, or of one without. */
final class Times {

  private final List<Double> millis = new ArrayList<>();
  private long bytes;

  void add(double time) {
    millis.add(time);
  }

  void logged(long more) {
    bytes += more;
  }

  double median() {
    return median(millis);
  }

  /** Of the log, for each request. */
  long bytes() {
    return bytes / millis.size();
  }

  static double median(List<Double> values) {
    double[] sorted = values.stream().mapToDouble(value -> value).sorted().toArray();
    return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
  }
}
