package dev.warmpool.functions.metrics;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Writes figures in CloudWatch's embedded metric format: one JSON object whose {@code _aws} says
 * which members are metrics. The function's name is the only dimension, since each value of a
 * dimension is a metric that is paid for; other facts are properties. Thread-safe.
 */
final class MetricLine {

  /** The namespace of the metrics. */
  static final String NAMESPACE = "Warmpool";

  /** The dimension of the metrics, and its property. */
  static final String FUNCTION = "FunctionName";

  /** The metric of the waits for a connection, in milliseconds. */
  static final String ACQUIRE_TIME = "AcquireTime";

  private final JsonFactory factory = new JsonFactory();
  private final String function;

  MetricLine(String function) {
    this.function = function;
  }

  /**
   * Returns the line in UTF-8, with a line break at its end.
   *
   * @param millis the time of the invocation, since 1970
   * @param properties of the invocation
   */
  byte[] of(Figures figures, long millis, Map<String, String> properties) {
    ByteArrayOutputStream line = new ByteArrayOutputStream(512);
    try (JsonGenerator json = factory.createGenerator(line)) {
      json.writeStartObject();
      json.writeObjectFieldStart("_aws");
      json.writeNumberField("Timestamp", millis);
      directive(json, figures);
      json.writeEndObject();
      json.writeStringField(FUNCTION, function);
      for (Map.Entry<String, String> property : properties.entrySet()) {
        byte[] value = property.getValue().getBytes(StandardCharsets.UTF_8);
        json.writeFieldName(property.getKey());
        json.writeUTF8String(value, 0, value.length); // also text that is not well-formed
      }
      values(json, figures);
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    line.write('\n');
    return line.toByteArray();
  }

  private static void directive(JsonGenerator json, Figures figures) throws IOException {
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

  private static void values(JsonGenerator json, Figures figures) throws IOException {
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
}
