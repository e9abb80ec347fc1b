package dev.warmpool.functions.metrics;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.io.SerializedString;
import dev.warmpool.functions.log.JsonMembers;
import java.io.IOException;
import java.util.Map;

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

  /**
   * Encoded once and copied into each line: the JVM interprets a line's code for the first 2,000
   * requests or so, and member by member the directive takes a tenth of the line's time.
   */
  private static final SerializedString DIRECTIVE =
      new SerializedString(
          ",\"CloudWatchMetrics\":[{\"Namespace\":\""
              + NAMESPACE
              + "\",\"Dimensions\":[[\""
              + FUNCTION
              + "\"]],\"Metrics\":[");

  private static final SerializedString DIRECTIVE_END = new SerializedString("]}]");

  private static final SerializedString ACQUIRE_TIME_UNIT = named(ACQUIRE_TIME, "Milliseconds");

  /** A metric's name and unit, as an element of the directive. */
  static SerializedString named(String name, String unit) {
    return new SerializedString("{\"Name\":\"" + name + "\",\"Unit\":\"" + unit + "\"}");
  }

  @Override
  public void write(JsonGenerator json) throws IOException {
    json.writeNumberField("roundTrips", figures.roundTrips());
    json.writeStringField(FUNCTION, function);
    values(json);
    json.writeObjectFieldStart("_aws");
    json.writeNumberField("Timestamp", millis);
    directive(json);
    json.writeEndObject();
  }

  private void values(JsonGenerator json) throws IOException {
    for (Map.Entry<Metric, Long> count : figures.counts().entrySet()) {
      json.writeFieldName(count.getKey().field());
      json.writeNumber(count.getValue().longValue());
    }
    if (!figures.waits().isEmpty()) {
      json.writeArrayFieldStart(ACQUIRE_TIME);
      for (double wait : figures.waits()) {
        json.writeNumber(wait);
      }
      json.writeEndArray();
    }
  }

  private void directive(JsonGenerator json) throws IOException {
    json.writeRaw(DIRECTIVE);
    boolean follows = false;
    for (Metric metric : figures.counts().keySet()) {
      element(json, metric.unit(), follows);
      follows = true;
    }
    if (!figures.waits().isEmpty()) {
      element(json, ACQUIRE_TIME_UNIT, follows);
    }
    json.writeRaw(DIRECTIVE_END);
  }

  private static void element(JsonGenerator json, SerializedString metric, boolean follows)
      throws IOException {
    if (follows) {
      json.writeRaw(',');
    }
    json.writeRaw(metric);
  }
}
