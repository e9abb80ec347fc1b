package dev.warmpool.benchmarks;

import static dev.warmpool.benchmarks.Workload.BATCH;
import static dev.warmpool.benchmarks.Workload.FIVE;
import static dev.warmpool.benchmarks.Workload.READ;
import static dev.warmpool.benchmarks.Workload.STREAM;
import static dev.warmpool.benchmarks.Workload.WRITE;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Says in short paragraphs where Warmpool is ahead and where others are. Immutable. */
final class Findings {

  private static final String OURS = "Warmpool";
  private static final String ONE_FLIGHT = "Warmpool, one flight";
  private static final String HIKARI = "HikariCP";
  private static final String HIKARI_AUTOCOMMIT = "HikariCP, autocommit";
  private static final String VERTX = "Vert.x";
  private static final String VERTX_AUTOCOMMIT = "Vert.x, autocommit";
  private static final String R2DBC = "r2dbc-pool";

  /** A workload of a contender and what the findings call it. */
  private record Case(Workload workload, String contender, String title) {}

  private record Pair(Case ours, Case other) {}

  private static final List<Pair> WITH_LATENCY =
      List.of(
          pair(READ, ONE_FLIGHT, HIKARI),
          pair(READ, ONE_FLIGHT, HIKARI_AUTOCOMMIT),
          pair(READ, ONE_FLIGHT, VERTX_AUTOCOMMIT),
          pair(WRITE, ONE_FLIGHT, HIKARI),
          pair(WRITE, ONE_FLIGHT, HIKARI_AUTOCOMMIT),
          pair(WRITE, ONE_FLIGHT, VERTX_AUTOCOMMIT),
          pair(WRITE, OURS, HIKARI),
          pair(WRITE, OURS, VERTX),
          pair(FIVE, OURS, HIKARI),
          pair(FIVE, OURS, VERTX),
          new Pair(ours(BATCH, OURS), new Case(FIVE, HIKARI, "HikariCP's five writes")),
          pair(BATCH, OURS, HIKARI),
          pair(BATCH, OURS, VERTX),
          pair(STREAM, OURS, HIKARI));

  private static final List<Pair> WITHOUT =
      List.of(
          pair(READ, OURS, R2DBC),
          pair(READ, OURS, HIKARI),
          pair(WRITE, OURS, R2DBC),
          pair(WRITE, OURS, HIKARI),
          pair(FIVE, OURS, R2DBC),
          pair(FIVE, OURS, HIKARI),
          pair(BATCH, OURS, R2DBC),
          pair(BATCH, OURS, HIKARI),
          pair(STREAM, OURS, R2DBC),
          pair(STREAM, OURS, HIKARI),
          pair(READ, ONE_FLIGHT, HIKARI_AUTOCOMMIT),
          pair(WRITE, ONE_FLIGHT, HIKARI_AUTOCOMMIT));

  private final Results results;

  Findings(Results results) {
    this.results = results;
  }

  private static Case ours(Workload workload, String contender) {
    String title = workload.title() + contender.replace(OURS, "").replace(", ", " in ");
    return new Case(workload, contender, title);
  }

  private static Pair pair(Workload workload, String ours, String other) {
    String title = other.contains(", ") ? other.replace(", ", "'s ") : other;
    return new Pair(ours(workload, ours), new Case(workload, other, title));
  }

  String paragraphs() {
    List<String> sentences = new ArrayList<>();
    sentences.add(
        "A ratio is Warmpool's p50 divided by the other's; HikariCP and Vert.x are in transactions "
            + "unless autocommit is said.");
    for (Place place : List.of(Place.SMALL, Place.ONE)) {
      compare(sentences, place, WITH_LATENCY);
    }
    compare(sentences, Place.LOOPBACK, WITHOUT);
    callers(sentences);
    manyRows(sentences);
    sentences.add(new Floor(results).paragraph());
    return String.join("\n\n", sentences);
  }

  private void compare(List<String> sentences, Place place, List<Pair> pairs) {
    if (results.of(place, READ).isEmpty()) {
      return;
    }
    Map<String, List<String>> ahead = new LinkedHashMap<>();
    Map<String, List<String>> behind = new LinkedHashMap<>();
    for (Pair pair : pairs) {
      double ratio = median(place, pair.ours()) / median(place, pair.other());
      (ratio < 1 ? ahead : behind)
          .computeIfAbsent(pair.ours().title(), any -> new ArrayList<>())
          .add(String.format(Locale.ROOT, "%.2f of %s", ratio, pair.other().title()));
    }
    add(sentences, "**%s, Warmpool is ahead**: ".formatted(place.heading()), ahead);
    add(sentences, "**%s, others are ahead**: ".formatted(place.heading()), behind);
  }

  private static void add(
      List<String> sentences, String beginning, Map<String, List<String>> ratios) {
    if (!ratios.isEmpty()) {
      List<String> items = new ArrayList<>();
      ratios.forEach((ours, others) -> items.add(ours + " " + String.join(", ", others)));
      sentences.add(beginning + String.join("; ", items) + ".");
    }
  }

  private void callers(List<String> sentences) {
    List<String> items = new ArrayList<>();
    Map<String, Samples> rates = results.of(Results.CALLERS, Results.PER_SECOND);
    Map<String, Samples> times = results.of(Results.CALLERS, Results.PROCESSOR_MICROS);
    for (String name : List.of(OURS, ONE_FLIGHT, HIKARI, HIKARI_AUTOCOMMIT, VERTX)) {
      double rate = rates.get(name).median();
      double micros = times.get(name).median();
      items.add(String.format(Locale.ROOT, "%s %,.0f (%,.0f µs)", name, rate, micros));
    }
    sentences.add(
        "**32 callers of one manager or pool write so many sessions per second** (and take so much "
            + "processor time for each): "
            + String.join("; ", items)
            + ".");
  }

  private void manyRows(List<String> sentences) {
    Map<String, Samples> batches = ManyRows.of(results, Place.LOOPBACK, RowLoads.MANY);
    Map<String, Samples> copies = ManyRows.of(results, Place.LOOPBACK, RowLoads.COPIES);
    sentences.add(
        String.format(
            Locale.ROOT,
            "**10,000 rows inserted, on loopback**: by `batch` %.2f of `unnest` and %.2f of "
                + "HikariCP's rewritten batch; by `copyIn` %.2f of pgjdbc's CopyManager and %s.",
            ratio(batches, RowLoads.BATCH, RowLoads.UNNESTED),
            ratio(batches, RowLoads.BATCH, RowLoads.REWRITTEN),
            ratio(copies, RowLoads.COPY_IN, RowLoads.COPY_MANAGER),
            beside(copies)));
  }

  private static String beside(Map<String, Samples> copies) {
    return copies.containsKey(RowLoads.PSQL)
        ? String.format(
            Locale.ROOT, "%.2f of psql's COPY", ratio(copies, RowLoads.COPY_IN, RowLoads.PSQL))
        : "beside psql not measured, which is not installed here";
  }

  private static double ratio(Map<String, Samples> ways, String ours, String other) {
    return ways.get(ours).median() / ways.get(other).median();
  }

  private double median(Place place, Case measured) {
    return results.of(place, measured.workload()).get(measured.contender()).median();
  }
}
