package dev.warmpool.functions.log;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.ILoggerFactory;
import org.slf4j.IMarkerFactory;
import org.slf4j.Logger;
import org.slf4j.helpers.BasicMarkerFactory;
import org.slf4j.spi.MDCAdapter;
import org.slf4j.spi.SLF4JServiceProvider;

/**
 * Makes SLF4J log to standard output in the format and at the level that Lambda's settings of the
 * function name. SLF4J finds it as a service. Thread-safe.
 */
public final class LambdaLogProvider implements SLF4JServiceProvider {

  private final IMarkerFactory markers = new BasicMarkerFactory();
  private final ThreadFields context = new ThreadFields();
  private @Nullable Loggers loggers;

  /** Called by SLF4J. */
  public LambdaLogProvider() {}

  @Override
  public void initialize() {
    Map<String, String> environment = System.getenv();
    loggers = new Loggers(LogLevels.from(environment), LogFormat.from(environment), context);
  }

  /** Creates each logger once. */
  private static final class Loggers implements ILoggerFactory {

    private final LogLevels levels;
    private final LogFormat format;
    private final ThreadFields context;
    private final Map<String, Logger> known = new ConcurrentHashMap<>();

    Loggers(LogLevels levels, LogFormat format, ThreadFields context) {
      this.levels = levels;
      this.format = format;
      this.context = context;
    }

    @Override
    public Logger getLogger(String name) {
      return known.computeIfAbsent(
          name, key -> new LambdaLogger(key, levels.threshold(key), format, context));
    }
  }

  @Override
  public ILoggerFactory getLoggerFactory() {
    if (loggers == null) {
      throw new IllegalStateException("SLF4J has not called initialize()");
    }
    return loggers;
  }

  @Override
  public IMarkerFactory getMarkerFactory() {
    return markers;
  }

  @Override
  public MDCAdapter getMDCAdapter() {
    return context;
  }

  /** The newest version of SLF4J's interface that this class implements. */
  @Override
  public String getRequestedApiVersion() {
    return "2.0.99";
  }
}
