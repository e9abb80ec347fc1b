package dev.warmpool.functions.log;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;
import org.slf4j.event.KeyValuePair;
import org.slf4j.event.Level;
import org.slf4j.event.LoggingEvent;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.MessageFormatter;
import org.slf4j.spi.LoggingEventAware;

/** Writes the events of one logger from a level on, each as one line. Thread-safe. */
final class LambdaLogger extends LegacyAbstractLogger implements LoggingEventAware {

  private static final long serialVersionUID = 1L;

  private final int threshold;
  private final transient LogFormat format;
  private final transient ThreadFields context;

  LambdaLogger(String name, int threshold, LogFormat format, ThreadFields context) {
    this.name = name;
    this.threshold = threshold;
    this.format = format;
    this.context = context;
  }

  @Override
  public void log(LoggingEvent event) {
    List<KeyValuePair> fields = event.getKeyValuePairs();
    write(
        event.getLevel(),
        event.getArgumentArray() == null
            ? event.getMessage()
            : MessageFormatter.basicArrayFormat(event.getMessage(), event.getArgumentArray()),
        event.getThrowable(),
        fields == null ? List.of() : fields);
  }

  @Override
  protected void handleNormalizedLoggingCall(
      Level level,
      @Nullable Marker marker,
      String pattern,
      Object @Nullable [] arguments,
      @Nullable Throwable error) {
    write(level, MessageFormatter.basicArrayFormat(pattern, arguments), error, List.of());
  }

  private void write(
      Level level, @Nullable String message, @Nullable Throwable error, List<KeyValuePair> fields) {
    LogEvent event =
        new LogEvent(level, name, String.valueOf(message), error, fields, context.current());
    byte[] line = format.line(event);
    System.out.write(line, 0, line.length); // at once: Lambda takes each call as an event
  }

  @Override
  protected @Nullable String getFullyQualifiedCallerName() {
    return null; // lines do not name the place of the call
  }

  @Override
  public boolean isTraceEnabled() {
    return isEnabled(Level.TRACE);
  }

  @Override
  public boolean isDebugEnabled() {
    return isEnabled(Level.DEBUG);
  }

  @Override
  public boolean isInfoEnabled() {
    return isEnabled(Level.INFO);
  }

  @Override
  public boolean isWarnEnabled() {
    return isEnabled(Level.WARN);
  }

  @Override
  public boolean isErrorEnabled() {
    return isEnabled(Level.ERROR);
  }

  private boolean isEnabled(Level level) {
    return level.toInt() >= threshold;
  }
}
