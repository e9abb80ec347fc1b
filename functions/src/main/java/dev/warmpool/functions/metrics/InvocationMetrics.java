package dev.warmpool.functions.metrics;

import dev.warmpool.session.lambda.SharedSessions;
import java.io.PrintStream;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The metrics of this process's invocations, written to standard output, one line for each
 * invocation. The setting {@code WARMPOOL_METRICS} is {@code emf} (default) or {@code none}.
 * Thread-safe.
 */
public final class InvocationMetrics {

  private static final String SETTING = "WARMPOOL_METRICS";

  /** Null until a handler has started the metrics. */
  private static final AtomicReference<InvocationMetrics> STARTED = new AtomicReference<>();

  private final SessionCounts counts = new SessionCounts();
  private final MetricLine line;
  private final Metric firstInvocation;
  private final AtomicBoolean first = new AtomicBoolean(true);
  private volatile boolean priming;

  private InvocationMetrics(Map<String, String> environment) {
    this.line = new MetricLine(environment.getOrDefault("AWS_LAMBDA_FUNCTION_NAME", "function"));
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
   * Writes the metrics of the invocation that has ended, if they were started.
   *
   * @param properties facts of the invocation, which are no dimensions
   * @return the round trips of its sessions' statements and commits; 0 without metrics
   */
  public static long end(Map<String, String> properties) {
    InvocationMetrics metrics = STARTED.get();
    return metrics == null ? 0 : metrics.write(properties);
  }

  /**
   * Runs a request before a snapshot is taken. Its line is made, so that the snapshot has the
   * classes, but is not written, and the next invocation is the first: of a snapshot there is one
   * priming and any number of restores.
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

  private long write(Map<String, String> properties) {
    if (!priming && first.compareAndSet(true, false)) {
      counts.count(firstInvocation);
    }
    Figures figures = counts.take();
    byte[] text = line.of(figures, System.currentTimeMillis(), properties);
    if (!priming) {
      print(text);
    }
    return figures.roundTrips();
  }

  private static void print(byte[] bytes) {
    PrintStream out = System.out;
    synchronized (out) { // Lambda takes each call as an event of its own
      out.write(bytes, 0, bytes.length);
      out.flush();
    }
  }
}
