package dev.warmpool.local.runtime;

import dev.warmpool.local.runtime.InvocationReport.Outcome;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

/** One invocation of a function: its event, deadline, response and log. Thread-safe. */
final class Invocation {

  /** Lambda returns this much of the log's end with a response. */
  private static final int TAIL_BYTES = 4_096;

  /** The log is cut to its tail when it exceeds this. */
  private static final int KEPT_BYTES = 16 * TAIL_BYTES;

  private final InvocationRequest request;
  private final Duration timeout;
  private final CompletableFuture<Response> response = new CompletableFuture<>();
  private final ByteArrayOutputStream log = new ByteArrayOutputStream();
  private volatile long began = System.nanoTime();
  private volatile Instant beginning = Instant.now();
  private volatile boolean begun;
  private volatile double initMillis;
  private volatile double restoreMillis;
  private volatile OptionalLong roundTrips = OptionalLong.empty();

  /**
   * A function's response, or the error that stands in for it.
   *
   * @param outcome success, or the kind of error
   */
  record Response(byte[] payload, Outcome outcome) {

    boolean failed() {
      return outcome != Outcome.SUCCEEDED;
    }
  }

  Invocation(InvocationRequest request, Duration timeout) {
    this.request = request;
    this.timeout = timeout;
  }

  /** Starts the function's time, after the init phase or, after a reset, with it. Idempotent. */
  void begin() {
    if (!begun) {
      begun = true;
      began = System.nanoTime();
      beginning = Instant.now();
    }
  }

  boolean hasBegun() {
    return begun;
  }

  /** Records the duration of the init phase before this invocation. */
  void initialized(double millis) {
    initMillis = millis;
  }

  /** Records the duration of the restore before this invocation. */
  void restored(double millis) {
    restoreMillis = millis;
  }

  /** Records the number of round trips to the database. */
  void roundTrips(long times) {
    roundTrips = OptionalLong.of(times);
  }

  String id() {
    return request.id();
  }

  InvocationRequest request() {
    return request;
  }

  /** The moment at which the invocation times out. */
  Instant deadline() {
    return beginning.plus(timeout);
  }

  /** The time until the deadline, at least zero. */
  Duration remaining() {
    Duration remaining = timeout.minusNanos(System.nanoTime() - began);
    return remaining.isNegative() ? Duration.ZERO : remaining;
  }

  /** The figures of the REPORT line, as of now. */
  ReportLine report(int memoryMegabytes, String memory) {
    double millis = (System.nanoTime() - began) / 1e6;
    return new ReportLine(millis, initMillis, restoreMillis, memoryMegabytes, memory);
  }

  /** The report to observers; requires a response and a complete log. */
  InvocationReport reported(EnvironmentInfo environment, ReportLine report) {
    Outcome outcome = response.isDone() ? response.join().outcome() : Outcome.CRASHED;
    return new InvocationReport(
        id(),
        environment,
        report.millis(),
        initMillis + restoreMillis,
        roundTrips,
        outcome,
        logTail());
  }

  CompletableFuture<Response> response() {
    return response;
  }

  synchronized void log(String line) {
    log.writeBytes((line + "\n").getBytes(StandardCharsets.UTF_8));
    if (log.size() > KEPT_BYTES) {
      byte[] tail = logTail();
      log.reset();
      log.writeBytes(tail);
    }
  }

  /** The last 4 KB of the log. */
  synchronized byte[] logTail() {
    byte[] all = log.toByteArray();
    int from = Math.max(0, all.length - TAIL_BYTES);
    return Arrays.copyOfRange(all, from, all.length);
  }
}
