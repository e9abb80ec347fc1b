package dev.warmpool.local.console;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * A stream of server-sent events to one browser. Any thread may offer events; one thread sends
 * them.
 */
final class EventStream {

  /** More than the history holds. A browser that falls behind by this is disconnected. */
  private static final int MAX_QUEUED = 20_000;

  private static final int POLL_MILLIS = 500;
  private static final int POLLS_PER_KEEP_ALIVE = 20;

  private final BlockingQueue<String> queue = new LinkedBlockingQueue<>(MAX_QUEUED);
  private volatile boolean ended;

  /** Queues an event; returns false if the stream has ended or its queue is full. */
  boolean offer(String type, String json) {
    ended |= !queue.offer("event: " + type + "\ndata: " + json + "\n\n");
    return !ended;
  }

  /**
   * Sends events until the browser disconnects or falls behind.
   *
   * @param connections the connection counts as JSON; polled twice a second, sent when changed
   */
  void serve(HttpExchange exchange, Supplier<String> connections) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
    exchange.getResponseHeaders().set("Cache-Control", "no-store");
    exchange.sendResponseHeaders(200, 0);
    OutputStream out = exchange.getResponseBody();
    String sent = "";
    int quiet = 0;
    try {
      while (!ended) {
        drain(out);
        String now = connections.get();
        if (!now.equals(sent)) {
          write(out, "event: connections\ndata: " + now + "\n\n");
          sent = now;
        } else if (++quiet % POLLS_PER_KEEP_ALIVE == 0) {
          write(out, ": keep-alive\n\n");
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      ended = true;
    }
  }

  /** Sends the events of half a second. */
  private void drain(OutputStream out) throws IOException, InterruptedException {
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(POLL_MILLIS);
    for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
      String message = queue.poll(left, TimeUnit.NANOSECONDS);
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
