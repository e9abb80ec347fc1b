package dev.warmpool.functions.log;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.KeyValuePair;
import org.slf4j.event.Level;

/**
 * One event to log. Immutable.
 *
 * @param level its level
 * @param logger name of its logger
 * @param message with the arguments in it
 * @param error its exception; null for none
 * @param fields of the event alone; the message says the same in words
 * @param context of the thread that logs, such as the request id; not read later
 */
record LogEvent(
    Level level,
    String logger,
    String message,
    @Nullable Throwable error,
    List<KeyValuePair> fields,
    Map<String, String> context) {

  boolean hasJsonMembers() {
    for (KeyValuePair field : fields) {
      if (field.value instanceof JsonMembers) {
        return true;
      }
    }
    return false;
  }
}
