package dev.warmpool.benchmarks.coldstart;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** Writes the results into the page between two markers; the text around them is kept. */
final class Report {

  private static final String BEGIN = "<!-- measured -->";
  private static final String END = "<!-- end -->";

  private final List<Results> results;
  private final String postgres;

  Report(List<Results> results, String postgres) {
    this.results = results;
    this.postgres = postgres;
  }

  void write(Path folder) throws IOException {
    Path page = folder.resolve("cold-start.md");
    String text = Files.readString(page);
    int begin = text.indexOf(BEGIN);
    int end = text.indexOf(END);
    if (begin < 0 || end < begin) {
      throw new IllegalStateException(page + " has no " + BEGIN + " … " + END);
    }
    Files.writeString(
        page, text.substring(0, begin + BEGIN.length()) + tables() + text.substring(end));
    Files.writeString(folder.resolve("cold-start.svg"), new Chart(results).svg());
  }

  private String tables() {
    StringBuilder text = new StringBuilder();
    text.append(
        ("\n\n%d cores, %s; PostgreSQL %s on the same machine; medians of %d starts each;"
                + " contenders take turns.\n")
            .formatted(
                Runtime.getRuntime().availableProcessors(),
                System.getProperty("os.arch"),
                postgres,
                results.get(0).count(Measurement.COLD, Contenders.EMPTY)));
    results.forEach(result -> table(text, result));
    return text.append("\n").toString();
  }

  private static void table(StringBuilder text, Results result) {
    text.append("\n## Java %s\n\n".formatted(result.java().version()));
    text.append(
        "| function | init | first response | total | least total | × empty handler "
            + "| restore to response | resident MB | archive MB |\n"
            + "|---|---|---|---|---|---|---|---|---|\n");
    result.contenders().forEach(contender -> text.append(row(result, contender)));
  }

  private static String row(Results result, Contender contender) {
    String name = contender.name();
    return "| %s | %.0f | %.0f | %.0f | %.0f | %.2f | %.0f | %.0f | %.2f |\n"
        .formatted(
            name,
            result.median(Measurement.COLD, name, StartTimes::init),
            result.median(Measurement.COLD, name, StartTimes::first),
            result.median(Measurement.COLD, name, StartTimes::total),
            result.least(Measurement.COLD, name, StartTimes::total),
            result.ratio(name),
            result.median(Measurement.RESTORED, name, StartTimes::first),
            result.median(Measurement.COLD, name, StartTimes::residentMegabytes),
            contender.archiveBytes() / 1e6);
  }

  /** Formats a figure of the chart. */
  static String number(double value) {
    return String.format(Locale.ROOT, "%.0f", value);
  }
}
