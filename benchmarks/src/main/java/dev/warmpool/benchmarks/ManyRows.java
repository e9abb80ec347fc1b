package dev.warmpool.benchmarks;

import dev.warmpool.session.testkit.PostgresServer;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Measures ways to insert many rows beside each other. The ways take turns, so that disturbances of
 * the machine affect all of them. {@code mvn -Pbenchmarks -Dbenchmark=ManyRows} measures only these
 * and prints a table; {@code -Dsamples} is then the number of samples of each, 40 by default.
 */
public final class ManyRows {

  static final List<Place> PLACES = List.of(Place.LOOPBACK, Place.ONE);

  /** A few rows take so little time that a dozen samples would be of code that is still cold. */
  private static final int FEW_ROWS_AS_OFTEN = 8;

  private ManyRows() {}

  /** Runs all measurements, which takes about two minutes. */
  public static void main(String[] arguments) throws Exception {
    Results results = new Results();
    try (PostgresServer server = PostgresServer.with(Map.of("max_connections", "100"))) {
      server.execute(Sql.SET_UP);
      for (Place place : PLACES) {
        at(results, place, server);
      }
    }
    System.out.println(table(results));
    System.exit(0); // some pools leave threads running
  }

  private static void at(Results results, Place place, PostgresServer server) throws Exception {
    try (LatencyProxy distance = LatencyProxy.to(server.port(), place.roundTrip())) {
      Map<String, String> address = new HashMap<>(server.environment());
      if (!place.roundTrip().isZero()) {
        address.put("POSTGRES_PORT", Integer.toString(distance.port()));
      }
      measure(results, place, address, Integer.getInteger("samples", 40));
    }
  }

  static void measure(Results results, Place place, Map<String, String> server, int samples) {
    try (RowLoads loads = new RowLoads(server)) {
      for (Map.Entry<String, List<RowLoads.Way>> measured : loads.cases().entrySet()) {
        List<RowLoads.Way> ways = measured.getValue();
        int count = ways.get(0).rows() < Sql.ROWS ? FEW_ROWS_AS_OFTEN * samples : samples;
        for (int i = 0; i < count / 2; i++) { // warms up
          ways.forEach(way -> timed(loads, way));
        }
        for (int i = 0; i < count; i++) {
          for (RowLoads.Way way : ways) {
            Samples times = results.samples(name(place), measured.getKey(), way.name());
            times.add(timed(loads, way));
          }
        }
      }
    }
  }

  private static double timed(RowLoads loads, RowLoads.Way way) {
    loads.truncate();
    long began = System.nanoTime();
    long rows = way.load().getAsLong();
    double millis = (System.nanoTime() - began) / 1e6;
    if (rows != way.rows()) {
      throw new IllegalStateException(way.name() + " inserted " + rows + " rows");
    }
    return millis;
  }

  static Map<String, Samples> of(Results results, Place place, String title) {
    return results.of(name(place), title);
  }

  private static String name(Place place) {
    return "many rows " + place;
  }

  /** The results as a table; the ratio is of the way's p50 to that of its case's first. */
  static String table(Results results) {
    StringBuilder table = new StringBuilder();
    table.append("| where | case | way | p50 | p99 | to the first |\n|---|---|---|---|---|---|\n");
    for (Place place : PLACES) {
      results.of(name(place)).forEach((title, ways) -> rows(table, place, title, ways));
    }
    return table.toString();
  }

  private static void rows(
      StringBuilder table, Place place, String title, Map<String, Samples> ways) {
    double first = ways.values().iterator().next().median();
    ways.forEach(
        (name, samples) ->
            table.append(
                String.format(
                    Locale.ROOT,
                    "| %s | %s | %s | %.2f | %.2f | %.2f |\n",
                    place.title(),
                    title,
                    name,
                    samples.median(),
                    samples.percentile(0.99),
                    samples.median() / first)));
  }
}
