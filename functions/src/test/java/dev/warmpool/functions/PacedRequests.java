package dev.warmpool.functions;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One reader and one writer, each with a request every ten milliseconds: far less than the machine
 * can take, so that a latency tells of the work beside them. Thread-safe.
 */
final class PacedRequests {

  private static final Duration INTERVAL = Duration.ofMillis(10);

  private final Api api;
  private final AtomicInteger users = new AtomicInteger();

  PacedRequests(Api api) {
    this.api = api;
  }

  /**
   * The 99th percentiles of requests.
   *
   * @param read of {@code GET /users}, in milliseconds
   * @param write of {@code POST /users}, in milliseconds
   */
  record Latencies(double read, double write) {}

  /** Sends requests while the work runs. */
  Latencies meanwhile(Callable<?> work) throws Exception {
    List<Long> reads = new ArrayList<>();
    List<Long> writes = new ArrayList<>();
    ScheduledExecutorService threads = Executors.newScheduledThreadPool(2);
    try {
      List<Future<?>> running =
          List.of(
              every(
                  threads,
                  () -> reads.add(time(Event.of("GET /users").with("query", "limit", "10")))),
              every(threads, () -> writes.add(time(create()))));
      work.call();
      for (Future<?> one : running) {
        assertThat(one.isDone()).as("a request failed").isFalse();
        one.cancel(false);
      }
    } finally {
      threads.shutdown();
      assertThat(threads.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
    }
    return new Latencies(p99(reads), p99(writes));
  }

  private static Future<?> every(ScheduledExecutorService threads, Runnable request) {
    return threads.scheduleAtFixedRate(request, 0, INTERVAL.toNanos(), TimeUnit.NANOSECONDS);
  }

  private Event create() {
    String email = "paced" + users.incrementAndGet() + "@example.org";
    return Event.of("POST /users").body(Event.user(email, "Paced"));
  }

  private long time(Event event) {
    long start = System.nanoTime();
    assertThat(api.send(event).status()).isLessThan(300);
    return System.nanoTime() - start;
  }

  private static double p99(List<Long> nanos) {
    List<Long> sorted = nanos.stream().sorted().toList();
    return sorted.get(sorted.size() * 99 / 100) / 1e6;
  }
}
