package dev.warmpool.functions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import dev.warmpool.functions.PacedRequests.Caller;
import dev.warmpool.functions.PacedRequests.Latencies;
import dev.warmpool.session.testkit.PostgresServer;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What it costs to refuse bodies of up to 6 MB, and what the health check in other environments
 * notices of it. The full run, with {@code -Psoak}, prints the figures and, on a quiet machine,
 * bounds them.
 */
@Timeout(value = 15, unit = TimeUnit.MINUTES)
class LargeBodiesIT {

  private static final int COUNTS = Integer.getInteger("counts", 1);
  private static final boolean IN_A_SOAK = COUNTS > 1;
  private static final int REQUESTS = IN_A_SOAK ? 500 * COUNTS : 100;
  private static final int BYSTANDERS = 4;
  private static final int BYTES = 5_800_000;
  private static final long MEGABYTE = 1 << 20;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private static Api api;

  /** The cost of one request: time, processor time, and bytes that its thread allocated. */
  private record Cost(String what, int status, long nanos, long processor, long allocated) {

    static Cost parse(String line) {
      String[] parts = line.split("\t");
      return new Cost(
          parts[4],
          Integer.parseInt(parts[0]),
          Long.parseLong(parts[1]),
          Long.parseLong(parts[2]),
          Long.parseLong(parts[3]));
    }

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

  @AfterEach
  void leavesNoConnection() {
    assertThat(api.sessions().stats().acquired()).isZero();
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
    if (IN_A_SOAK) {
      System.out.println(title);
      costs.forEach(cost -> System.out.println("  " + cost.line()));
    }
  }

  @Test
  void areRefusedForLittleWhileOthersAreServed() throws Exception {
    PacedRequests health =
        new PacedRequests(
            api,
            Duration.ofMillis(IN_A_SOAK ? 5_000 : 250),
            Collections.nCopies(BYSTANDERS, new Caller("health", () -> Event.of("GET /health"))));
    Latencies before = IN_A_SOAK ? health.steady() : health.alone();
    List<Cost> costs = new ArrayList<>();
    Latencies meanwhile = health.meanwhile(() -> costs.addAll(sendLargeBodies()));
    Latencies after = health.alone();
    print("5.8 MB, the slowest of each", slowest(costs));
    System.out.printf("p99 in ms: before %s, meanwhile %s, after %s%n", before, meanwhile, after);
    assertThat(costs)
        .hasSize(LargeBodies.names().size() * repetitions())
        .allSatisfy(cost -> assertThat(cost.status()).as(cost.line()).isIn(400, 413, 422))
        .allSatisfy(cost -> assertThat(cost.allocated()).as(cost.line()).isLessThan(64 * MEGABYTE));
    if (IN_A_SOAK) {
      assumeTrue(before.steady(after), "the machine is not quiet: its baselines differ");
      assertThat(meanwhile.within(1.5, before.slower(after))).isTrue();
      assertThat(costs)
          .allSatisfy(cost -> assertThat(cost.nanos()).as(cost.line()).isLessThan(200_000_000));
    }
  }

  private static int repetitions() {
    return IN_A_SOAK ? 20 : 1;
  }

  private static List<Cost> slowest(List<Cost> costs) {
    Map<String, Cost> slowest = new LinkedHashMap<>();
    costs.forEach(
        cost ->
            slowest.merge(
                cost.what(), cost, (one, other) -> one.nanos() > other.nanos() ? one : other));
    return List.copyOf(slowest.values());
  }

  /** A function of 1,769 MB, which has one processor: the JVM then takes the serial collector. */
  private static List<Cost> sendLargeBodies() throws IOException, InterruptedException {
    ProcessBuilder program =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:ActiveProcessorCount=1",
                "-XX:TieredStopAtLevel=1",
                "-Xmx1500m",
                "-cp",
                System.getProperty("java.class.path"),
                LargeBodiesProgram.class.getName(),
                Integer.toString(BYTES),
                Integer.toString(repetitions()))
            .redirectError(ProcessBuilder.Redirect.DISCARD);
    program.environment().putAll(PostgresServer.shared().environment());
    program.environment().putAll(Map.of("POSTGRES_SCHEMA", "large", "TENANT_SOURCE", "fixed"));
    Process process = program.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isZero();
    return output.lines().filter(line -> line.contains("\t")).map(Cost::parse).toList();
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
