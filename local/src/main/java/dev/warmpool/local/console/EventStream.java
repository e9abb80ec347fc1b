package dev.warmpool.local.console;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** One browser that watches, by server-sent events. Offered to by any thread, served by one. */
final class EventStream {

  /** More than the journal holds; one that falls behind by this is let go, and comes again. */
  private static final int MAX_WAITING = 20_000;

  private static final int POLL_MILLIS = 500;
  private static final int POLLS_PER_SIGN_OF_LIFE = 20;

  private final BlockingQueue<String> waiting = new LinkedBlockingQueue<>(MAX_WAITING);
  private volatile boolean over;

  /** Whether it still takes messages, and took this one. */
  boolean offer(String type, String json) {
    over |= !waiting.offer("event: " + type + "\ndata: " + json + "\n\n");
    return !over;
  }

  /**
   * Sends until the browser leaves or falls behind.
   *
   * @param connections asked twice a second, sent where it has changed
   */
  void serve(HttpExchange exchange, Supplier<String> connections) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
    exchange.getResponseHeaders().set("Cache-Control", "no-store");
    exchange.sendResponseHeaders(200, 0);
    OutputStream out = exchange.getResponseBody();
    String sent = "";
    int quiet = 0;
    try {
      while (!over) {
        drain(out);
        String now = connections.get();
        if (!now.equals(sent)) {
          write(out, "event: connections\ndata: " + now + "\n\n");
          sent = now;
        } else if (++quiet % POLLS_PER_SIGN_OF_LIFE == 0) {
          write(out, ": here\n\n");
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      over = true;
    }
  }

  /** Sends what comes for half a second. */
  private void drain(OutputStream out) throws IOException, InterruptedException {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(POLL_MILLIS);
    for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
      String message = waiting.poll(left, TimeUnit.NANOSECONDS);
      if (message != null) {
        write(out, message);
      }
    }
  }

  private static void write(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.UTF_8));
    out.flush();
  }
}
