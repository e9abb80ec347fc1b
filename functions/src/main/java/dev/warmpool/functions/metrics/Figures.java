package dev.warmpool.functions.metrics;

import java.util.List;
import java.util.Map;

/**
 * What sessions did in an invocation. Immutable.
 *
 * @param counts of the metrics that are not 0
 * @param waits for a connection, in milliseconds, one for each connection that a session got; at
 *     most {@link #MAX_WAITS}
 * @param roundTrips of statements and commits on connections that were open
 */
record Figures(Map<Metric, Long> counts, List<Double> waits, long roundTrips) {

  /** CloudWatch takes at most 100 values of a metric in one line. */
  static final int MAX_WAITS = 100;
}
