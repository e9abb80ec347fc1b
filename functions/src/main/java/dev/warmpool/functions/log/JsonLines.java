package dev.warmpool.functions.log;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.io.SerializedString;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
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

  private static final SerializedString TIMESTAMP = new SerializedString("timestamp");
  private static final SerializedString LEVEL = new SerializedString("level");
  private static final SerializedString LOGGER = new SerializedString("logger");
  private static final SerializedString MESSAGE = new SerializedString("message");

  private final JsonFactory factory = new JsonFactory();

  @Override
  public byte[] line(LogEvent event) {
    ByteArrayOutputStream line = new ByteArrayOutputStream(512);
    try (JsonGenerator json = factory.createGenerator(line)) {
      json.writeStartObject();
      json.writeFieldName(TIMESTAMP);
      text(json, Timestamp.text(System.currentTimeMillis()));
      json.writeFieldName(LEVEL);
      text(json, event.level().toString());
      json.writeFieldName(LOGGER);
      text(json, event.logger());
      json.writeFieldName(MESSAGE);
      text(json, shortened(event.message()));
      context(json, event.context());
      for (KeyValuePair field : event.fields()) {
        field(json, field.key, field.value);
      }
      error(json, event.error());
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    line.write('\n');
    return line.toByteArray();
  }

  private static void context(JsonGenerator json, @Nullable Map<String, String> context)
      throws IOException {
    if (context != null) {
      for (Map.Entry<String, String> entry : context.entrySet()) {
        string(json, entry.getKey(), entry.getValue());
      }
    }
  }

  private static void field(JsonGenerator json, String name, @Nullable Object value)
      throws IOException {
    if (value instanceof Integer || value instanceof Long) {
      json.writeNumberField(name, ((Number) value).longValue());
    } else if (value instanceof JsonMembers members) {
      members.write(json);
    } else if (value != null) {
      string(json, name, shortened(value.toString()));
    }
  }

  private static void error(JsonGenerator json, @Nullable Throwable error) throws IOException {
    if (error != null) {
      string(json, "errorType", error.getClass().getName());
      string(json, "errorMessage", shortened(String.valueOf(error.getMessage())));
      string(json, "stackTrace", shortened(LogFormat.trace(error)));
    }
  }

  private static void string(JsonGenerator json, String name, String text) throws IOException {
    json.writeFieldName(name);
    text(json, text);
  }

  /** Unlike the generator's own, takes text that is not well-formed Unicode. */
  private static void text(JsonGenerator json, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    json.writeUTF8String(bytes, 0, bytes.length);
  }

  private static String shortened(String text) {
    return text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT) + "…";
  }
}
