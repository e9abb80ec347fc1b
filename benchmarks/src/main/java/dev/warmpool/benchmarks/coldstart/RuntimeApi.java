package dev.warmpool.benchmarks.coldstart;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Lambda's Runtime API for one process, which records the times of its requests as {@link
 * System#nanoTime()}. Thread-safe.
 */
final class RuntimeApi implements AutoCloseable {

  private static final String BASE = "/2018-06-01/runtime/";

  /** No client of an HTTP API waits longer. */
  private static final long TIME_LEFT_MILLIS = 30_000;

  private static final Duration LIMIT = Duration.ofSeconds(60);

  static {
    System.setProperty("sun.net.httpserver.nodelay", "true");
  }

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final HttpServer server;
  private final CompletableFuture<Long> checkpoint = new CompletableFuture<>();
  private final CompletableFuture<Void> restore = new CompletableFuture<>();
  private final CompletableFuture<Long> ready = new CompletableFuture<>();
  private final BlockingQueue<byte[]> events = new LinkedBlockingQueue<>();
  private volatile CompletableFuture<Long> answered = new CompletableFuture<>();

  RuntimeApi() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext(BASE, this::handle);
    server.start();
  }

  String address() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  /** Waits until the process is ready for a snapshot; returns that time. */
  long checkpointed() throws Exception {
    return await(checkpoint);
  }

  /** Lets the process continue as after a restore. */
  void restore() {
    restore.complete(null);
  }

  /**
   * Waits until the process asks for its first event, which ends its init phase; returns that time.
   */
  long ready() throws Exception {
    return await(ready);
  }

  /** Sends an event and waits for a response with status 200; returns the response's time. */
  long answer(byte[] event) throws Exception {
    answered = new CompletableFuture<>();
    events.add(event);
    return await(answered);
  }

  private static <T> T await(CompletableFuture<T> future) throws Exception {
    try {
      return future.get(LIMIT.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new IllegalStateException(
          "the process sent no request within " + LIMIT.toSeconds() + " s", e);
    }
  }

  private void handle(HttpExchange exchange) throws IOException {
    long now = System.nanoTime();
    String path = exchange.getRequestURI().getPath().substring(BASE.length());
    byte[] body = exchange.getRequestBody().readAllBytes();
    try (exchange) {
      if (path.equals("restore/next")) {
        checkpoint.complete(now);
        restore.join();
        respond(exchange, 200, new byte[0]);
      } else if (path.equals("invocation/next")) {
        ready.complete(now);
        next(exchange);
      } else if (path.endsWith("/response")) {
        note(body, now);
        respond(exchange, 202, accepted());
      } else {
        fail(new IllegalStateException(path + ": " + text(body)));
        respond(exchange, 202, accepted());
      }
    }
  }

  private void next(HttpExchange exchange) throws IOException {
    byte[] event;
    try {
      event = events.take();
    } catch (InterruptedException e) {
      return; // the measurement is over
    }
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.getResponseHeaders().set("Lambda-Runtime-Aws-Request-Id", "first");
    exchange
        .getResponseHeaders()
        .set("Lambda-Runtime-Deadline-Ms", "" + (System.currentTimeMillis() + TIME_LEFT_MILLIS));
    respond(exchange, 200, event);
  }

  private void note(byte[] body, long now) {
    if (text(body).contains("\"statusCode\":200")) {
      answered.complete(now);
    } else {
      fail(new IllegalStateException("the response's status is not 200: " + text(body)));
    }
  }

  /** Fails all waits with this error. */
  void fail(Exception error) {
    checkpoint.completeExceptionally(error);
    ready.completeExceptionally(error);
    answered.completeExceptionally(error);
  }

  private static byte[] accepted() {
    return "{\"status\":\"OK\"}".getBytes(StandardCharsets.UTF_8);
  }

  private static String text(byte[] body) {
    return new String(body, StandardCharsets.UTF_8);
  }

  private static void respond(HttpExchange exchange, int status, byte[] body) throws IOException {
    exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
