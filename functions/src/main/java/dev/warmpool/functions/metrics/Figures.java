package dev.warmpool.functions.metrics;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What sessions did in an invocation. Not thread-safe: {@link SessionCounts} fills it under its
 * lock and changes it no more once it is taken.
 */
final class Figures {

  /** CloudWatch takes at most 100 values of a metric in one line. */
  static final int MAX_WAITS = 100;

  private static final int METRICS = Metric.values().length;

  private final int[] counts = new int[METRICS];
  private final List<Duration> waits = new ArrayList<>(1);
  private int roundTrips;

  void count(Metric metric) {
    counts[metric.ordinal()]++;
  }

  void waited(Duration time) {
    if (waits.size() < MAX_WAITS) {
      waits.add(time);
    }
  }

  void roundTrip() {
    roundTrips++;
  }

  int countOf(Metric metric) {
    return counts[metric.ordinal()];
  }

  /** The waits for a connection, one for each connection that a session got. */
  List<Duration> waits() {
    return waits;
  }

  /** Those of statements and commits on connections that were open. */
  int roundTrips() {
    return roundTrips;
  }
}
