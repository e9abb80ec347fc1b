package dev.warmpool.benchmarks;

import dev.warmpool.session.testkit.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The main class of {@code mvn -Pbenchmarks -Dbenchmark=ManyRows}: measures ways to insert many
 * rows beside each other and prints a table. The ways take turns, so that disturbances of the
 * machine affect all of them. {@code -Dsamples} is the number of samples of each, 40 by default.
 */
public final class ManyRows {

  private static final int SAMPLES = Integer.getInteger("samples", 40);

  private static final List<Duration> ROUND_TRIPS = List.of(Duration.ZERO, Duration.ofMillis(1));

  private final PostgresServer server;

  private ManyRows(PostgresServer server) {
    this.server = server;
  }

  /** Runs all measurements, which takes about two minutes. */
  public static void main(String[] arguments) throws Exception {
    try (PostgresServer server = PostgresServer.with(Map.of("max_connections", "100"))) {
      server.execute(RowLoads.SET_UP);
      System.out.println("| ms between | case | way | p50 | p99 | to the first |");
      System.out.println("|---|---|---|---|---|---|");
      for (Duration roundTrip : ROUND_TRIPS) {
        new ManyRows(server).at(roundTrip);
      }
    }
    System.exit(0); // some pools leave threads running
  }

  private void at(Duration roundTrip) throws Exception {
    try (LatencyProxy distance = LatencyProxy.to(server.port(), roundTrip)) {
      Map<String, String> address = new HashMap<>(server.environment());
      if (!roundTrip.isZero()) {
        address.put("POSTGRES_PORT", Integer.toString(distance.port()));
      }
      try (RowLoads loads = new RowLoads(address);
          Connection admin = server.admin();
          Statement truncate = admin.createStatement()) {
        loads.cases().forEach((title, ways) -> measure(roundTrip, title, ways, truncate));
      }
    }
  }

  private static void measure(
      Duration roundTrip, String title, List<RowLoads.Way> ways, Statement truncate) {
    Map<String, Samples> results = new LinkedHashMap<>();
    for (int i = -SAMPLES / 2; i < SAMPLES; i++) { // the first half warms up
      for (RowLoads.Way way : ways) {
        double millis = timed(way, truncate);
        if (i >= 0) {
          results.computeIfAbsent(way.name(), name -> new Samples()).add(millis);
        }
      }
    }
    double first = results.get(ways.get(0).name()).median();
    results.forEach((name, samples) -> print(roundTrip, title + " | " + name, samples, first));
  }

  private static double timed(RowLoads.Way way, Statement truncate) {
    try {
      truncate.execute("TRUNCATE " + RowLoads.TABLE);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    long began = System.nanoTime();
    long rows = way.load().getAsLong();
    double millis = (System.nanoTime() - began) / 1e6;
    if (rows != way.rows()) {
      throw new IllegalStateException(way.name() + " inserted " + rows + " rows");
    }
    return millis;
  }

  private static void print(Duration roundTrip, String row, Samples samples, double first) {
    System.out.printf(
        Locale.ROOT,
        "| %.1f | %s | %.2f | %.2f | %.2f |%n",
        roundTrip.toNanos() / 1e6,
        row,
        samples.median(),
        samples.percentile(0.99),
        samples.median() / first);
  }
}
