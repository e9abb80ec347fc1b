package dev.warmpool.functions.metrics;

import com.fasterxml.jackson.core.JsonGenerator;
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
      json.writeNumberField(count.getKey().title(), count.getValue());
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
    json.writeArrayFieldStart("CloudWatchMetrics");
    json.writeStartObject();
    json.writeStringField("Namespace", NAMESPACE);
    json.writeArrayFieldStart("Dimensions");
    json.writeStartArray();
    json.writeString(FUNCTION);
    json.writeEndArray();
    json.writeEndArray();
    json.writeArrayFieldStart("Metrics");
    for (Metric metric : figures.counts().keySet()) {
      metric(json, metric.title(), "Count");
    }
    if (!figures.waits().isEmpty()) {
      metric(json, ACQUIRE_TIME, "Milliseconds");
    }
    json.writeEndArray();
    json.writeEndObject();
    json.writeEndArray();
  }

  private static void metric(JsonGenerator json, String name, String unit) throws IOException {
    json.writeStartObject();
    json.writeStringField("Name", name);
    json.writeStringField("Unit", unit);
    json.writeEndObject();
  }
}
