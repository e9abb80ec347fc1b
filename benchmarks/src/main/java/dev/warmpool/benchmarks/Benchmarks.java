package dev.warmpool.benchmarks;

import com.sun.management.ThreadMXBean;
import dev.warmpool.session.testkit.PostgresServer;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The main class of {@code mvn -Pbenchmarks}: measures every contender with every workload in one
 * run and writes {@code docs/benchmarks.md} and its chart. Contenders take turns in rounds, so that
 * disturbances of the machine affect all of them.
 */
public final class Benchmarks {

  private static final List<Duration> ROUND_TRIPS =
      List.of(Duration.ZERO, Duration.ofNanos(500_000), Duration.ofMillis(1), Duration.ofMillis(2));

  /** Consecutive samples of one contender before the next one's turn. */
  private static final int TURN = 10;

  private static final int CALLERS = 32;
  private static final int CALLS = 40;

  private final Results results = new Results();
  private final PostgresServer server;
  private int next;

  private Benchmarks(PostgresServer server) {
    this.server = server;
  }

  /** Runs all measurements, which takes some minutes. */
  public static void main(String[] arguments) throws Exception {
    Path project = Path.of("").toAbsolutePath();
    try (PostgresServer server = PostgresServer.with(Map.of("max_connections", "100"))) {
      Benchmarks run = new Benchmarks(server);
      run.setUp();
      for (Duration roundTrip : ROUND_TRIPS) {
        run.at(roundTrip, project);
      }
      new Report(run.results, server.version()).write(project.resolve("docs"));
    }
    System.exit(0); // some pools leave threads running
  }

  private void setUp() throws SQLException {
    try (Connection connection = server.admin();
        Statement statement = connection.createStatement()) {
      statement.execute(Sql.SET_UP);
    }
  }

  private void at(Duration roundTrip, Path project) throws Exception {
    try (LatencyProxy distance = LatencyProxy.to(server.port(), roundTrip)) {
      Map<String, String> address = new HashMap<>(server.environment());
      if (!roundTrip.isZero()) {
        address.put("POSTGRES_PORT", Integer.toString(distance.port()));
      }
      List<Contender> contenders = contenders(address);
      int port = Integer.parseInt(address.get("POSTGRES_PORT"));
      try (SqlAlchemy original = SqlAlchemy.start(project, port)) {
        for (Workload measured : Workload.values()) {
          measure(roundTrip, measured, contenders, original);
        }
      }
      if (roundTrip.isZero()) {
        contenders.forEach(this::allocation);
      }
      if (roundTrip.equals(Duration.ofMillis(1))) {
        for (Contender contender : contenders) {
          concurrency(contender);
        }
      }
      contenders.forEach(Contender::close);
    }
  }

  private static List<Contender> contenders(Map<String, String> address) {
    return List.of(
        new WarmpoolSessions("Warmpool", address, Map.of()),
        new WarmpoolBlocking(address),
        new WarmpoolSessions("Warmpool, startup", address, Map.of("SCHEMA_BINDING", "startup")),
        new WarmpoolSessions(
            "Warmpool, statement cache", address, Map.of("STATEMENT_CACHE", "100")),
        new OneFlight(new WarmpoolSessions("Warmpool", address, Map.of())),
        new HikariCp(HikariCp.Way.SET_LOCAL, address),
        new HikariCp(HikariCp.Way.TRANSACTION, address),
        new HikariCp(HikariCp.Way.AUTOCOMMIT, address),
        new R2dbcPool(address),
        new SpringDatabaseClient(address));
  }

  private void measure(
      Duration roundTrip,
      Workload measured,
      List<Contender> contenders,
      @Nullable SqlAlchemy original) {
    int warmUp = roundTrip.isZero() ? 20 * measured.samples() : measured.samples() / 4;
    for (Contender contender : contenders) {
      IntStream.range(0, warmUp).forEach(i -> measured.run(contender, id()));
    }
    if (original != null) {
      original.turn(measured, id(), measured.samples() / 4, new Samples());
    }
    int rounds = measured.samples() / TURN * (roundTrip.isZero() ? 4 : 1);
    for (int round = 0; round < rounds; round++) {
      for (Contender contender : contenders) {
        Samples samples = results.samples(roundTrip, measured, contender.name());
        for (int i = 0; i < TURN; i++) {
          long began = System.nanoTime();
          measured.run(contender, id());
          samples.add((System.nanoTime() - began) / 1e6);
        }
      }
      if (original != null) {
        Samples samples = results.samples(roundTrip, measured, original.versions());
        original.turn(measured, id(), TURN, samples);
      }
    }
  }

  private int id() {
    return 1 + next++ % 9_000;
  }

  /** Measures the bytes that all threads allocate for a session, as counted by the JVM. */
  private void allocation(Contender contender) {
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    int sessions = 2_000;
    long before = allocatedBytes(threads);
    for (int i = 0; i < sessions; i++) {
      contender.write(id());
    }
    results
        .allocated()
        .put(contender.name(), (double) (allocatedBytes(threads) - before) / sessions);
  }

  private static long allocatedBytes(ThreadMXBean threads) {
    long sum = 0;
    for (long bytes : threads.getThreadAllocatedBytes(threads.getAllThreadIds())) {
      sum += Math.max(0, bytes);
    }
    return sum;
  }

  private void concurrency(Contender contender) {
    ExecutorService callers = Executors.newFixedThreadPool(CALLERS);
    long began = System.nanoTime();
    List<CompletableFuture<Void>> running = new ArrayList<>();
    for (int caller = 0; caller < CALLERS; caller++) {
      int first = 1 + caller * CALLS;
      running.add(
          CompletableFuture.runAsync(
              () -> IntStream.range(0, CALLS).forEach(i -> contender.write(first + i)), callers));
    }
    running.forEach(CompletableFuture::join);
    double seconds = (System.nanoTime() - began) / 1e9;
    callers.shutdown();
    results.concurrent().put(contender.name(), CALLERS * CALLS / seconds);
  }
}
