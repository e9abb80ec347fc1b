package dev.warmpool.functions.log;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.KeyValuePair;

/**
 * One JSON object per event: timestamp, level, logger and message, the fields of the event and of
 * its thread's context, and the error with its stack trace. Thread-safe.
 */
final class JsonLines implements LogFormat {

  /** Lambda cuts log events at 256 KB; a stack trace can be as long as its messages. */
  private static final int MAX_TEXT = 60_000;

  private final JsonFactory factory = new JsonFactory();

  @Override
  public String line(LogEvent event) {
    StringWriter line = new StringWriter(256);
    try (JsonGenerator json = factory.createGenerator(line)) {
      json.writeStartObject();
      json.writeStringField("timestamp", Instant.now().truncatedTo(ChronoUnit.MILLIS).toString());
      json.writeStringField("level", event.level().toString());
      json.writeStringField("logger", event.logger());
      json.writeStringField("message", shortened(event.message()));
      context(json, event.context());
      for (KeyValuePair field : event.fields()) {
        field(json, field.key, field.value);
      }
      error(json, event.error());
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return line.toString();
  }

  private static void context(JsonGenerator json, @Nullable Map<String, String> context)
      throws IOException {
    if (context != null) {
      for (Map.Entry<String, String> entry : context.entrySet()) {
        json.writeStringField(entry.getKey(), entry.getValue());
      }
    }
  }

  private static void field(JsonGenerator json, String name, @Nullable Object value)
      throws IOException {
    if (value instanceof Integer || value instanceof Long) {
      json.writeNumberField(name, ((Number) value).longValue());
    } else if (value != null) {
      json.writeStringField(name, shortened(value.toString()));
    }
  }

  private static void error(JsonGenerator json, @Nullable Throwable error) throws IOException {
    if (error != null) {
      json.writeStringField("errorType", error.getClass().getName());
      json.writeStringField("errorMessage", shortened(String.valueOf(error.getMessage())));
      json.writeStringField("stackTrace", shortened(LogFormat.trace(error)));
    }
  }

  private static String shortened(String text) {
    return text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT) + "…";
  }
}
