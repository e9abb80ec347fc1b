package dev.warmpool.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;

/** Writes the results as a page of tables and a chart. */
final class Report {

  private static final String BASE = "Warmpool";

  private final Results results;
  private final String postgres;

  Report(Results results, String postgres) {
    this.results = results;
    this.postgres = postgres;
  }

  void write(Path folder) throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("benchmarks.md"), page());
    Files.writeString(
        folder.resolve("benchmarks.svg"), new Chart(results.all().get(Duration.ofMillis(1))).svg());
  }

  private String page() {
    StringBuilder page = new StringBuilder();
    page.append(
        """
        # Benchmarks

        Written by `mvn -Pbenchmarks` in one run, in which the contenders take turns. %s

        Every contender has a pool of 4 connections. Times are in milliseconds, for one unit of work \
        as a blocked caller measures it. The ratio is Warmpool's p50 divided by the contender's: \
        below 1, Warmpool is faster. A proxy adds the latency between client and server by delaying \
        each packet by half of it; at 0 there is no proxy. Callers of Warmpool wait in \
        `SessionManager.await`, callers of the other reactive contenders in `block`. SQLAlchemy runs \
        in its own process, which measures the times, and takes turns with the others; its session \
        takes seven round trips from version 2.0 on and five before. The other contenders keep \
        prepared statements; Warmpool does so only with `STATEMENT_CACHE`.

        ![p50 at 1 ms](benchmarks.svg)
        """
            .formatted(machine()));
    results.all().forEach((distance, cases) -> distance(page, distance, cases));
    figures(
        page,
        "Sessions per second: 32 callers on 4 connections at 1 ms, one write per session",
        results.concurrent());
    figures(page, "Bytes allocated for one write, in all threads", results.allocated());
    return page.toString();
  }

  private String machine() {
    return "Java %s, PostgreSQL %s, %d cores, %s."
        .formatted(
            Runtime.version(),
            postgres,
            Runtime.getRuntime().availableProcessors(),
            System.getProperty("os.arch"));
  }

  private static void distance(
      StringBuilder page, Duration distance, Map<Workload, Map<String, Samples>> cases) {
    page.append(
        "\n## %s ms between client and server\n\n".formatted(number(distance.toNanos() / 1e6)));
    page.append("| case | contender | p50 | p99 | ratio |\n|---|---|---|---|---|\n");
    cases.forEach(
        (measured, contenders) -> {
          double base = contenders.get(BASE).median();
          contenders.forEach(
              (name, samples) ->
                  page.append(
                      "| %s | %s | %s | %s | %s |\n"
                          .formatted(
                              measured.title(),
                              name,
                              number(samples.median()),
                              number(samples.percentile(0.99)),
                              number(base / samples.median()))));
        });
  }

  private static void figures(StringBuilder page, String title, Map<String, Double> figures) {
    page.append("\n## ").append(title).append("\n\n| contender | figure |\n|---|---|\n");
    figures.forEach((name, figure) -> page.append("| %s | %,.0f |\n".formatted(name, figure)));
  }

  private static String number(double value) {
    return String.format(Locale.ROOT, "%.2f", value);
  }
}
