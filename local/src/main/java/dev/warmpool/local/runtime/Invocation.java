package dev.warmpool.local.runtime;

import dev.warmpool.local.runtime.InvocationReport.Outcome;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
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
  private final CompletableFuture<Answer> answer = new CompletableFuture<>();
  private final ByteArrayOutputStream log = new ByteArrayOutputStream();
  private volatile long began = System.nanoTime();
  private volatile Instant beginning = Instant.now();
  private volatile Instant deadline;

  /**
   * What the process posted, or what stands for it where it did not.
   *
   * @param outcome whether it is an answer, or which sort of error
   */
  record Answer(byte[] payload, Outcome outcome) {

    boolean failed() {
      return outcome != Outcome.ANSWERED;
    }
  }

  Invocation(byte[] payload, Duration timeout) {
    this.payload = payload.clone();
    this.timeout = timeout;
    this.deadline = Instant.now().plus(timeout);
  }

  /** The function's time begins: the init phase is over. */
  void begin() {
    began = System.nanoTime();
    beginning = Instant.now();
    deadline = Instant.now().plus(timeout);
  }

  String id() {
    return id;
  }

  byte[] payload() {
    return payload;
  }

  Instant beginning() {
    return beginning;
  }

  Instant deadline() {
    return deadline;
  }

  double millis() {
    return (System.nanoTime() - began) / 1e6;
  }

  CompletableFuture<Answer> answer() {
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
