package dev.warmpool.functions.metrics;

import dev.warmpool.functions.log.JsonLine;
import dev.warmpool.functions.log.JsonMembers;
import java.time.Duration;
import java.util.List;

/**
 * Figures in CloudWatch's embedded metric format: the member {@code _aws} says which other members
 * of the line are metrics. The function's name is the only dimension, since each value of a
 * dimension is a metric that is paid for; the line's other members are properties. Immutable.
 *
 * @param function its name
 * @param millis the time of the invocation, since 1970
 */
record EmbeddedMetrics(String function, long millis, Figures figures) implements JsonMembers {

  /** The namespace of the metrics. */
  static final String NAMESPACE = "Warmpool";

  /** The dimension of the metrics, and its property. */
  static final String FUNCTION = "FunctionName";

  /** The metric of the waits for a connection, in milliseconds. */
  static final String ACQUIRE_TIME = "AcquireTime";

  private static final String DIRECTIVE =
      ",\"CloudWatchMetrics\":[{\"Namespace\":\""
          + NAMESPACE
          + "\",\"Dimensions\":[[\""
          + FUNCTION
          + "\"]],\"Metrics\":[";

  private static final String ACQUIRE_TIME_DEFINITION =
      Metric.definition(ACQUIRE_TIME, "Milliseconds");

  private static final Metric[] METRICS = Metric.values();

  @Override
  public void write(JsonLine line) {
    line.number("roundTrips", figures.roundTrips()).text(FUNCTION, function);
    StringBuilder aws = new StringBuilder(400).append("{\"Timestamp\":").append(millis);
    int empty = aws.append(DIRECTIVE).length();
    for (Metric metric : METRICS) {
      int count = figures.countOf(metric);
      if (count > 0) {
        line.number(metric.title(), count);
        aws.append(metric.definition());
      }
    }
    List<Duration> waits = figures.waits();
    if (!waits.isEmpty()) {
      line.json(ACQUIRE_TIME, milliseconds(waits));
      aws.append(ACQUIRE_TIME_DEFINITION);
    }
    aws.setLength(Math.max(empty, aws.length() - 1)); // the last comma
    line.json("_aws", aws.append("]}]}"));
  }

  private static StringBuilder milliseconds(List<Duration> waits) {
    StringBuilder values = new StringBuilder(32).append('[');
    for (int i = 0; i < waits.size(); i++) {
      append(values, waits.get(i).toNanos() / 1_000);
    }
    values.setCharAt(values.length() - 1, ']');
    return values;
  }

  /** Appends milliseconds with three decimals, and a comma: a double takes far more code. */
  private static void append(StringBuilder text, long micros) {
    int point = text.append(micros / 1_000).length();
    text.append(1_000 + micros % 1_000).append(',').setCharAt(point, '.');
  }
}
