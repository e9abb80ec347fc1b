package dev.warmpool.local.runtime;

import dev.warmpool.local.runtime.InvocationReport.Outcome;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** One event on its way through an execution environment. Thread-safe. */
final class Invocation {

  /** What Lambda gives of the log with an answer. */
  private static final int TAIL_BYTES = 4_096;

  /** What is kept of the log before it is cut to its tail. */
  private static final int KEPT_BYTES = 16 * TAIL_BYTES;

  private final String id = UUID.randomUUID().toString();
  private final byte[] payload;
  private final Duration timeout;
  private final CompletableFuture<Response> answer = new CompletableFuture<>();
  private final ByteArrayOutputStream log = new ByteArrayOutputStream();
  private volatile long began = System.nanoTime();
  private volatile Instant beginning = Instant.now();
  private volatile boolean begun;
  private volatile double initMillis;
  private volatile double restoreMillis;
  private volatile OptionalLong roundTrips = OptionalLong.empty();

  /**
   * What the process posted, or what stands for it where it did not.
   *
   * @param outcome whether it is an answer, or which sort of error
   */
  record Response(byte[] payload, Outcome outcome) {

    boolean failed() {
      return outcome != Outcome.ANSWERED;
    }
  }

  Invocation(byte[] payload, Duration timeout) {
    this.payload = payload.clone();
    this.timeout = timeout;
  }

  /** The function's time begins: the init phase is over, or a part of it. Again, nothing. */
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

  /** An init phase went before it, which is not its own time. */
  void initialized(double millis) {
    initMillis = millis;
  }

  /** It was preceded by a restore. */
  void restored(double millis) {
    restoreMillis = millis;
  }

  /** It spoke to the database this often. */
  void tripped(long times) {
    roundTrips = OptionalLong.of(times);
  }

  String id() {
    return id;
  }

  byte[] payload() {
    return payload;
  }

  /** When it is timed out. */
  Instant deadline() {
    return beginning.plus(timeout);
  }

  /** Until then; at least nothing. */
  Duration remaining() {
    Duration remaining = timeout.minusNanos(System.nanoTime() - began);
    return remaining.isNegative() ? Duration.ZERO : remaining;
  }

  /** What it took until now. */
  ReportLine report(int memoryMegabytes, String memory) {
    double millis = (System.nanoTime() - began) / 1e6;
    return new ReportLine(millis, initMillis, restoreMillis, memoryMegabytes, memory);
  }

  /** How it went in this environment, once it has been answered and its log is complete. */
  InvocationReport reported(EnvironmentInfo environment, ReportLine report) {
    Outcome outcome = answer.isDone() ? answer.join().outcome() : Outcome.CRASHED;
    return new InvocationReport(
        id,
        environment,
        beginning,
        report.millis(),
        initMillis + restoreMillis,
        roundTrips,
        outcome,
        logTail());
  }

  CompletableFuture<Response> answer() {
    return answer;
  }

  synchronized void log(String line) {
    log.writeBytes((line + "\n").getBytes(StandardCharsets.UTF_8));
    if (log.size() > KEPT_BYTES) {
      byte[] tail = logTail();
      log.reset();
      log.writeBytes(tail);
    }
  }

  /** The last of what was logged. */
  synchronized byte[] logTail() {
    byte[] all = log.toByteArray();
    int from = Math.max(0, all.length - TAIL_BYTES);
    return Arrays.copyOfRange(all, from, all.length);
  }
}
