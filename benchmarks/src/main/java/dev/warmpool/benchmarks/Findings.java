package dev.warmpool.benchmarks;

import static dev.warmpool.benchmarks.Workload.BATCH;
import static dev.warmpool.benchmarks.Workload.FIVE;
import static dev.warmpool.benchmarks.Workload.READ;
import static dev.warmpool.benchmarks.Workload.STREAM;
import static dev.warmpool.benchmarks.Workload.WRITE;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Says in a paragraph where Warmpool is ahead and where others are. Immutable. */
final class Findings {

  private static final String OURS = "Warmpool";
  private static final String ONE_FLIGHT = "Warmpool, one flight";
  private static final String HIKARI = "HikariCP";
  private static final String HIKARI_AUTOCOMMIT = "HikariCP, fixed schema, autocommit";
  private static final String VERTX = "Vert.x, fixed schema";
  private static final String VERTX_AUTOCOMMIT = "Vert.x, fixed schema, autocommit";
  private static final String R2DBC = "r2dbc-pool";

  /** A workload of a contender. */
  private record Case(Workload workload, String contender) {

    @Override
    public String toString() {
      return workload.title() + " (" + contender + ")";
    }
  }

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
          new Pair(new Case(BATCH, OURS), new Case(FIVE, HIKARI)),
          pair(BATCH, OURS, HIKARI),
          pair(BATCH, OURS, VERTX));

  private static final List<Pair> WITHOUT =
      List.of(
          pair(READ, OURS, R2DBC),
          pair(WRITE, OURS, R2DBC),
          pair(FIVE, OURS, R2DBC),
          pair(BATCH, OURS, R2DBC),
          pair(STREAM, OURS, R2DBC),
          pair(STREAM, OURS, HIKARI),
          pair(READ, ONE_FLIGHT, HIKARI_AUTOCOMMIT),
          pair(WRITE, ONE_FLIGHT, HIKARI_AUTOCOMMIT));

  private final Results results;

  Findings(Results results) {
    this.results = results;
  }

  private static Pair pair(Workload workload, String ours, String other) {
    return new Pair(new Case(workload, ours), new Case(workload, other));
  }

  String paragraph() {
    List<String> sentences = new ArrayList<>();
    sentences.add("Ratios of p50, Warmpool's divided by the other's.");
    for (Place place : List.of(Place.SMALL, Place.ONE)) {
      compare(sentences, place, WITH_LATENCY);
    }
    compare(sentences, Place.LOOPBACK, WITHOUT);
    callers(sentences);
    return String.join(" ", sentences);
  }

  private void compare(List<String> sentences, Place place, List<Pair> pairs) {
    if (results.of(place, READ).isEmpty()) {
      return;
    }
    List<String> ahead = new ArrayList<>();
    List<String> behind = new ArrayList<>();
    for (Pair pair : pairs) {
      double ratio = median(place, pair.ours()) / median(place, pair.other());
      String item = "%s to %s %s".formatted(pair.ours(), pair.other(), number(ratio));
      (ratio < 1 ? ahead : behind).add(item);
    }
    add(sentences, "**Warmpool is ahead " + place.title() + "**: ", ahead);
    add(sentences, "**Others are ahead " + place.title() + "**: ", behind);
  }

  private static void add(List<String> sentences, String beginning, List<String> items) {
    if (!items.isEmpty()) {
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
      items.add(String.format(Locale.ROOT, "%s %,.0f of %,.0f µs", name, rate, micros));
    }
    add(
        sentences,
        "**Sessions per second of 32 callers, each of so much processor time**: ",
        items);
  }

  private double median(Place place, Case measured) {
    return results.of(place, measured.workload()).get(measured.contender()).median();
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }
}
