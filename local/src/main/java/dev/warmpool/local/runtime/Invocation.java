package dev.warmpool.local.runtime;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** One event on its way through an execution environment. Thread-safe. */
final class Invocation {

  /** What Lambda gives of the log with an answer. */
  private static final int TAIL_BYTES = 4_096;

  private final String id = UUID.randomUUID().toString();
  private final byte[] payload;
  private final Instant deadline;
  private final long began = System.nanoTime();
  private final CompletableFuture<InvocationResult> result = new CompletableFuture<>();
  private final ByteArrayOutputStream log = new ByteArrayOutputStream();

  Invocation(byte[] payload, Instant deadline) {
    this.payload = payload.clone();
    this.deadline = deadline;
  }

  String id() {
    return id;
  }

  byte[] payload() {
    return payload;
  }

  Instant deadline() {
    return deadline;
  }

  double millis() {
    return (System.nanoTime() - began) / 1e6;
  }

  CompletableFuture<InvocationResult> result() {
    return result;
  }

  synchronized void log(String line) {
    log.writeBytes((line + "\n").getBytes(StandardCharsets.UTF_8));
  }

  /** The last of what was logged. */
  synchronized byte[] logTail() {
    byte[] all = log.toByteArray();
    int from = Math.max(0, all.length - TAIL_BYTES);
    return Arrays.copyOfRange(all, from, all.length);
  }
}
