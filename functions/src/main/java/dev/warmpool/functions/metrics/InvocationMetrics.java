package dev.warmpool.functions.metrics;

import dev.warmpool.session.lambda.SharedSessions;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * The metrics of this process's invocations, in one line of the log for each invocation. The
 * setting {@code WARMPOOL_METRICS} is {@code emf} (default) or {@code none}. Thread-safe.
 */
public final class InvocationMetrics {

  private static final Logger LOG = LoggerFactory.getLogger(InvocationMetrics.class);
  private static final String SETTING = "WARMPOOL_METRICS";

  /** Null until a handler has started the metrics. */
  private static final AtomicReference<InvocationMetrics> STARTED = new AtomicReference<>();

  private final SessionCounts counts = new SessionCounts();
  private final String function;
  private final Metric firstInvocation;
  private final AtomicBoolean first = new AtomicBoolean(true);
  private volatile boolean priming;

  private InvocationMetrics(Map<String, String> environment) {
    this.function = environment.getOrDefault("AWS_LAMBDA_FUNCTION_NAME", "function");
    boolean restored = "snap-start".equals(environment.get("AWS_LAMBDA_INITIALIZATION_TYPE"));
    this.firstInvocation = restored ? Metric.RESTORES : Metric.COLD_STARTS;
  }

  /**
   * Begins to listen to the sessions of this process. Must be called before the first session;
   * later calls have no effect.
   *
   * @throws IllegalArgumentException if the setting is invalid
   */
  public static void start(Map<String, String> environment) {
    check(environment);
    if (setting(environment).equals("emf")) {
      InvocationMetrics metrics = new InvocationMetrics(environment);
      if (STARTED.compareAndSet(null, metrics)) {
        SharedSessions.listen(metrics.counts);
      }
    }
  }

  /**
   * Checks the setting and starts nothing.
   *
   * @throws IllegalArgumentException if it is invalid
   */
  public static void check(Map<String, String> environment) {
    String setting = setting(environment);
    if (!setting.equals("emf") && !setting.equals("none")) {
      throw new IllegalArgumentException(SETTING + " is '" + setting + "': must be emf or none");
    }
  }

  private static String setting(Map<String, String> environment) {
    return environment.getOrDefault(SETTING, "emf").strip();
  }

  /**
   * Adds the metrics of the invocation that has ended to its line, if they were started.
   *
   * @param line of the level INFO: Lambda drops metrics in lines below the function's log level
   * @return the line
   */
  public static LoggingEventBuilder end(LoggingEventBuilder line) {
    InvocationMetrics metrics = STARTED.get();
    return metrics == null ? line : line.addKeyValue("metrics", metrics.take());
  }

  /** Logs the metrics of an invocation that has no line of its own. */
  public static void log() {
    if (STARTED.get() != null) {
      end(LOG.atInfo()).log("metrics of the invocation");
    }
  }

  /**
   * Runs a request before a snapshot is taken. The next invocation is the first one all the same:
   * of a snapshot there is one priming and any number of restores.
   */
  public static void prime(Runnable request) {
    InvocationMetrics metrics = STARTED.get();
    if (metrics == null) {
      request.run();
      return;
    }
    metrics.priming = true;
    try {
      request.run();
    } finally {
      metrics.counts.take();
      metrics.priming = false;
    }
  }

  private EmbeddedMetrics take() {
    if (first.get() && !priming && first.compareAndSet(true, false)) {
      counts.count(firstInvocation);
    }
    return new EmbeddedMetrics(function, System.currentTimeMillis(), counts.take());
  }
}
