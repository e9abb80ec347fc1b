package dev.warmpool.functions.log;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** How an event becomes a line, in UTF-8 and with the line break at its end. Thread-safe. */
interface LogFormat {

  /** Lambda sets it to the function's log format, {@code JSON} or {@code Text}. */
  String SETTING = "AWS_LAMBDA_LOG_FORMAT";

  /** The text of an event, which has no line break in JSON. */
  byte[] line(LogEvent event);

  /** The format that Lambda's setting names. */
  static LogFormat from(Map<String, String> environment) {
    LogFormat json = new JsonLines();
    return environment.getOrDefault(SETTING, "").strip().equalsIgnoreCase("JSON")
        ? json
        : event -> event.hasJsonMembers() ? json.line(event) : text(event);
  }

  /** {@code LEVEL Logger - message}, and the stack trace of an error in lines below. */
  private static byte[] text(LogEvent event) {
    String simple = event.logger().substring(event.logger().lastIndexOf('.') + 1);
    String line = event.level() + " " + simple + " - " + event.message();
    String trace = event.error() == null ? "" : System.lineSeparator() + trace(event.error());
    return (line + trace + '\n').getBytes(StandardCharsets.UTF_8);
  }

  /** The stack trace of an error and its causes, without a line break at its end. */
  static String trace(Throwable error) {
    StringWriter trace = new StringWriter();
    error.printStackTrace(new PrintWriter(trace));
    return trace.toString().stripTrailing();
  }
}
