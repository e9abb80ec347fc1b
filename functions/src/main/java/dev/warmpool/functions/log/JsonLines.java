package dev.warmpool.functions.log;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.KeyValuePair;

/**
 * One JSON object per event: timestamp, level, logger and message, the fields of the event and of
 * its thread's context, and the error with its stack trace. Stateless.
 */
final class JsonLines implements LogFormat {

  /** Lambda cuts log events at 256 KB; a stack trace can be as long as its messages. */
  private static final int MAX_TEXT = 60_000;

  @Override
  public byte[] line(LogEvent event) {
    JsonLine line =
        new JsonLine()
            .text("timestamp", Timestamp.text(System.currentTimeMillis()))
            .text("level", event.level().toString())
            .text("logger", event.logger())
            .text("message", shortened(event.message()));
    for (Map.Entry<String, String> entry : event.context().entrySet()) {
      line.text(entry.getKey(), entry.getValue());
    }
    for (KeyValuePair field : event.fields()) {
      field(line, field.key, field.value);
    }
    error(line, event.error());
    return line.bytes();
  }

  private static void field(JsonLine line, String name, @Nullable Object value) {
    if (value instanceof Integer || value instanceof Long) {
      line.number(name, ((Number) value).longValue());
    } else if (value instanceof JsonMembers members) {
      members.write(line);
    } else if (value != null) {
      line.text(name, shortened(value.toString()));
    }
  }

  private static void error(JsonLine line, @Nullable Throwable error) {
    if (error != null) {
      line.text("errorType", error.getClass().getName())
          .text("errorMessage", shortened(String.valueOf(error.getMessage())))
          .text("stackTrace", shortened(LogFormat.trace(error)));
    }
  }

  private static String shortened(String text) {
    return text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT) + "…";
  }
}
