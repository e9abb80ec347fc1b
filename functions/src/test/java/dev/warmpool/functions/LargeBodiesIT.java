package dev.warmpool.functions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAccumulator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What it costs to refuse bodies of up to 6 MB, and what the health check notices of it. The full
 * run, with {@code -Psoak}, prints the figures and, on a quiet machine, bounds them.
 */
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class LargeBodiesIT {

  private static final int COUNTS = Integer.getInteger("counts", 1);
  private static final int REQUESTS = COUNTS > 1 ? 500 * COUNTS : 100;
  private static final int REPETITIONS = COUNTS;
  private static final int BYSTANDERS = 4;
  private static final Duration INTERVAL = Duration.ofMillis(10);
  private static final int BYTES = 5_800_000;
  private static final long MEGABYTE = 1 << 20;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private static Api api;

  /** What runs while others ask for the health. */
  @FunctionalInterface
  private interface Work {
    void run() throws InterruptedException;
  }

  /** The cost of one request: time, processor time, and bytes that its thread allocated. */
  private record Cost(String what, int status, long nanos, long processor, long allocated) {

    String line() {
      return String.format(
          Locale.ROOT,
          "%-50s %d %7.1f ms, %6.1f ms of a processor, %5.1f MB",
          what,
          status,
          nanos / 1e6,
          processor / 1e6,
          (double) allocated / MEGABYTE);
    }
  }

  @BeforeAll
  static void start() {
    Api.migrate("large");
    api = Api.with(Map.of("POSTGRES_SCHEMA", "large", "POOL_SIZE", "5"));
  }

  @AfterAll
  static void stop() {
    api.close();
  }

  @BeforeEach
  void warmUp() {
    for (int i = 0; i < 50; i++) {
      assertThat(api.send(Event.of("GET /health")).status()).isEqualTo(200);
    }
  }

  @AfterEach
  void leavesNoConnection() {
    assertThat(api.sessions().stats().acquired()).isZero();
  }

  private static Event post(String route, String body) {
    return Event.of(route).id(1).header("Idempotency-Key", "k").body(body);
  }

  private static Cost send(String what, Event event) {
    byte[] bytes = event.bytes();
    String route = Event.routeKey(event.json());
    long allocated = THREADS.getCurrentThreadAllocatedBytes();
    long processor = THREADS.getCurrentThreadCpuTime();
    long start = System.nanoTime();
    int status = api.send(bytes, route, new FakeContext(20_000)).status();
    return new Cost(
        what,
        status,
        System.nanoTime() - start,
        THREADS.getCurrentThreadCpuTime() - processor,
        THREADS.getCurrentThreadAllocatedBytes() - allocated);
  }

  private static void print(String title, List<Cost> costs) {
    if (COUNTS > 1) {
      System.out.println(title);
      costs.forEach(cost -> System.out.println("  " + cost.line()));
    }
  }

  @Test
  void areRefusedForLittleWhileOthersAreServed() throws InterruptedException {
    double before = p99(alone());
    List<Cost> costs = new ArrayList<>();
    double meanwhile =
        p99(
            latencies(
                () -> LargeBodies.names().forEach(name -> costs.add(worst(name))),
                new CountDownLatch(0)));
    double after = p99(alone());
    print("5.8 MB, the slowest of " + REPETITIONS, costs);
    System.out.printf(
        Locale.ROOT,
        "health of %d bystanders, p99: before %.2f ms, meanwhile %.2f ms, after %.2f ms%n",
        BYSTANDERS,
        before,
        meanwhile,
        after);
    assertThat(costs)
        .allSatisfy(cost -> assertThat(cost.status()).as(cost.line()).isIn(400, 413, 422))
        .allSatisfy(cost -> assertThat(cost.allocated()).as(cost.line()).isLessThan(64 * MEGABYTE));
    if (COUNTS > 1) {
      isLittle(before, meanwhile, after, costs);
    }
  }

  /** A clock says nothing on a machine that has other work: the two baselines then differ. */
  private static void isLittle(double before, double meanwhile, double after, List<Cost> costs) {
    double slower = Math.max(before, after);
    assumeTrue(
        slower < 1.25 * Math.min(before, after),
        () -> "the machine is not quiet: p99 alone is " + before + " ms, then " + after + " ms");
    assertThat(meanwhile).as("p99 in ms").isLessThan(1.5 * slower);
    assertThat(costs)
        .allSatisfy(cost -> assertThat(cost.nanos()).as(cost.line()).isLessThan(200_000_000));
  }

  private static long[] alone() throws InterruptedException {
    CountDownLatch enough = new CountDownLatch(BYSTANDERS * 25 * COUNTS);
    return latencies(() -> enough.await(1, TimeUnit.MINUTES), enough);
  }

  private static Cost worst(String name) {
    String body = LargeBodies.of(name, BYTES);
    List<Cost> costs = new ArrayList<>();
    for (int i = 0; i < REPETITIONS; i++) {
      costs.add(send(name, post("POST /users/clear", body)));
    }
    return costs.stream().max(Comparator.comparing(Cost::nanos)).orElseThrow();
  }

  /**
   * Asks for the health every ten milliseconds in each of four threads while the work runs. A
   * latency counts from when the request was due, so that one that waits for a slow one before it
   * is slow too.
   */
  private static long[] latencies(Work work, CountDownLatch answers) throws InterruptedException {
    ScheduledExecutorService bystanders = Executors.newScheduledThreadPool(BYSTANDERS);
    List<Long> nanos = Collections.synchronizedList(new ArrayList<>());
    List<ScheduledFuture<?>> asking = new ArrayList<>();
    LongAccumulator failed = new LongAccumulator(Long::sum, 0);
    for (int i = 0; i < BYSTANDERS; i++) {
      AtomicLong due = new AtomicLong(System.nanoTime());
      asking.add(
          bystanders.scheduleAtFixedRate(
              () -> {
                Cost cost = send("health", Event.of("GET /health"));
                nanos.add(System.nanoTime() - due.getAndAdd(INTERVAL.toNanos()));
                failed.accumulate(cost.status() == 200 ? 0 : 1);
                answers.countDown();
              },
              0,
              INTERVAL.toNanos(),
              TimeUnit.NANOSECONDS));
    }
    try {
      work.run();
    } finally {
      asking.forEach(one -> one.cancel(false));
      bystanders.shutdown();
      assertThat(bystanders.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
    }
    assertThat(failed.get()).isZero();
    return nanos.stream().mapToLong(Long::longValue).sorted().toArray();
  }

  private static double p99(long[] sorted) {
    return sorted[Math.min(sorted.length - 1, sorted.length * 99 / 100)] / 1e6;
  }

  /** Sizes from 1 KB to 6 MB, each order of magnitude as often as the others. */
  @Test
  void ofAnySizeNeverFailAFunction() {
    List<Cost> costs = new ArrayList<>();
    for (int seed = 0; seed < REQUESTS; seed++) {
      Random random = new Random(seed * 0x9E3779B97F4A7C15L);
      int bytes = (int) Math.exp(Math.log(1_000) + random.nextDouble() * Math.log(6_000));
      costs.add(send(seed, bytes, random));
    }
    assertThat(costs).allSatisfy(cost -> assertThat(cost.status()).as(cost.line()).isLessThan(500));
    costs.sort(Comparator.comparing(Cost::nanos).reversed());
    print("the slowest ten of " + REQUESTS, costs.subList(0, 10));
  }

  private static Cost send(int seed, int bytes, Random random) {
    String name = LargeBodies.names().get(random.nextInt(LargeBodies.names().size()));
    String body = LargeBodies.of(name, bytes);
    String[] routes = {"POST /users", "POST /users/clear", "PATCH /users/{id}", "GET /users"};
    Event event = Event.of(routes[random.nextInt(routes.length)]);
    if (Event.routeKey(event.json()).contains("{id}")) {
      event.id(1);
    }
    switch (random.nextInt(4)) {
      case 0 -> event.base64(Arrays.copyOf(body.getBytes(StandardCharsets.UTF_8), bytes * 3 / 4));
      case 1 -> event.body(flipped(body, random));
      default -> event.body(body);
    }
    return send("seed " + seed + ", " + bytes + " bytes, " + name, event);
  }

  private static String flipped(String body, Random random) {
    int at = random.nextInt(body.length());
    return body.substring(0, at)
        + (char) random.nextInt(Character.MIN_SURROGATE)
        + body.substring(at + 1);
  }
}
