package dev.warmpool.functions.log;

import java.util.Locale;
import java.util.Map;
import org.slf4j.spi.LocationAwareLogger;

/**
 * The least level that each logger writes. Immutable.
 *
 * @param own of this project's loggers, as SLF4J counts levels
 * @param others of all other loggers
 */
record LogLevels(int own, int others) {

  /** Lambda sets it to the function's application log level if the log format is JSON. */
  private static final String LEVEL = "AWS_LAMBDA_LOG_LEVEL";

  private static final String PREFIX = "dev.warmpool.";

  /** The session reports a lost connection; the driver would add a stack trace of its own. */
  private static final String SILENT = "io.r2dbc.postgresql.client.ReactorNettyClient";

  private static final int OFF = Integer.MAX_VALUE;

  /** Reads the level; without one, or with one that Lambda does not have, it is INFO. */
  static LogLevels from(Map<String, String> environment) {
    int own = level(environment.getOrDefault(LEVEL, "").strip().toUpperCase(Locale.ROOT));
    return new LogLevels(own, Math.max(own, LocationAwareLogger.WARN_INT));
  }

  private static int level(String name) {
    return switch (name) {
      case "TRACE" -> LocationAwareLogger.TRACE_INT;
      case "DEBUG" -> LocationAwareLogger.DEBUG_INT;
      case "WARN" -> LocationAwareLogger.WARN_INT;
      case "ERROR", "FATAL" -> LocationAwareLogger.ERROR_INT;
      default -> LocationAwareLogger.INFO_INT;
    };
  }

  int threshold(String logger) {
    if (logger.equals(SILENT)) {
      return OFF;
    }
    return logger.startsWith(PREFIX) ? own : others;
  }
}
