package dev.warmpool.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;

/** Writes what was measured as a page of tables, with the picture beside it. */
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
    page.append("# Benchmarks\n\nWritten by `mvn -Pbenchmarks`, in one run, contenders in turns. ")
        .append(machine())
        .append("\n\nA pool of 4 everywhere. Times are milliseconds of one unit of work as a")
        .append(" blocked caller sees it; the ratio is Warmpool's p50 to theirs, below 1 it is")
        .append(" faster. The distance is added by a proxy that holds each packet back for half")
        .append(" of it; at 0 there is none. Warmpool's callers wait by SessionManager.await,")
        .append(" those of the other reactive ones by block. SQLAlchemy, a")
        .append(" process of its own that times itself, takes its turns with the others; a session")
        .append(" takes it seven round trips from 2.0 on, five before. The others keep prepared")
        .append(" statements, Warmpool only with STATEMENT_CACHE.\n\n")
        .append("![p50 at 1 ms](benchmarks.svg)\n");
    results.all().forEach((distance, cases) -> distance(page, distance, cases));
    figures(
        page,
        "32 callers on a pool of 4 at 1 ms, one write each time: sessions a second",
        results.concurrent());
    figures(page, "Bytes allocated for one write, all threads", results.allocated());
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
