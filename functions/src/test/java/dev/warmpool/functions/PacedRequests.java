package dev.warmpool.functions;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * Callers with a request each every ten milliseconds: far less than the machine can take, so that a
 * latency tells of the work beside them. Thread-safe.
 */
final class PacedRequests {

  private static final Duration INTERVAL = Duration.ofMillis(10);
  private static final int MOST_WARM_UPS = 8;

  /** Two baselines that differ by more tell that the machine has other work. */
  private static final double STEADY = 1.25;

  private final Api api;
  private final List<Caller> callers;
  private final Duration rest;

  /**
   * Creates callers that send nothing yet.
   *
   * @param rest how long a baseline takes
   */
  PacedRequests(Api api, Duration rest, List<Caller> callers) {
    this.api = api;
    this.rest = rest;
    this.callers = List.copyOf(callers);
  }

  /** One thread; the latencies of callers of one name are reported together. */
  record Caller(String name, Supplier<Event> request) {}

  /** The 99th percentiles of the latencies, in milliseconds, by the name of the callers. */
  record Latencies(Map<String, Double> p99) {

    boolean within(double factor, Latencies other) {
      return p99.keySet().stream().allMatch(name -> p99.get(name) < factor * other.p99.get(name));
    }

    /** Returns the slower of both for each name. */
    Latencies slower(Latencies other) {
      Map<String, Double> slower = new TreeMap<>(p99);
      other.p99.forEach((name, value) -> slower.merge(name, value, Math::max));
      return new Latencies(slower);
    }

    boolean steady(Latencies other) {
      return within(STEADY, other) && other.within(STEADY, this);
    }
  }

  /**
   * The callers by themselves. Repeats until classes are loaded, code is compiled and two baselines
   * agree, or eight times.
   */
  Latencies steady() throws Exception {
    Latencies last = alone();
    for (int i = 0; i < MOST_WARM_UPS; i++) {
      Latencies next = alone();
      if (next.steady(last)) {
        return next.slower(last);
      }
      last = next;
    }
    return last;
  }

  /** The callers by themselves. */
  Latencies alone() throws Exception {
    return meanwhile(() -> new CountDownLatch(1).await(rest.toMillis(), TimeUnit.MILLISECONDS));
  }

  /** Sends requests while the work runs. Each has to succeed. */
  Latencies meanwhile(Callable<?> work) throws Exception {
    Map<String, List<Long>> nanos = new TreeMap<>();
    ScheduledExecutorService threads = Executors.newScheduledThreadPool(callers.size());
    List<Future<?>> running = new ArrayList<>();
    for (Caller caller : callers) {
      List<Long> own =
          nanos.computeIfAbsent(
              caller.name(), name -> Collections.synchronizedList(new ArrayList<>()));
      running.add(every(threads, caller, own));
    }
    try {
      work.call();
      for (Future<?> one : running) {
        assertThat(one.isDone()).as("a request failed").isFalse();
        one.cancel(false);
      }
    } finally {
      threads.shutdown();
      assertThat(threads.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
    }
    Map<String, Double> p99 = new TreeMap<>();
    nanos.forEach((name, all) -> p99.put(name, p99(all)));
    return new Latencies(p99);
  }

  /** A latency counts from when the request was due: one that waits for a slow one is slow, too. */
  private Future<?> every(ScheduledExecutorService threads, Caller caller, List<Long> nanos) {
    AtomicLong due = new AtomicLong(System.nanoTime());
    return threads.scheduleAtFixedRate(
        () -> {
          assertThat(api.send(caller.request().get()).status()).isLessThan(300);
          nanos.add(System.nanoTime() - due.getAndAdd(INTERVAL.toNanos()));
        },
        0,
        INTERVAL.toNanos(),
        TimeUnit.NANOSECONDS);
  }

  private static double p99(List<Long> nanos) {
    List<Long> sorted = nanos.stream().sorted().toList();
    return sorted.get(sorted.size() * 99 / 100) / 1e6;
  }
}
