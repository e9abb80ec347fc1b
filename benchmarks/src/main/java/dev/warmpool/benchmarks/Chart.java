package dev.warmpool.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Draws the p50 of the contenders as bars: a column for whole cores and, where it was measured, one
 * for a part of a core, with one scale for each workload. SVG for light and dark colour schemes.
 * Confined to one drawing.
 */
final class Chart {

  private static final List<Workload> SHOWN =
      List.of(Workload.READ, Workload.WRITE, Workload.FIVE, Workload.BATCH);

  /** Variants that differ little from their first; the tables have them. */
  private static final Set<String> LEFT_OUT =
      Set.of(
          "Warmpool, blocking",
          "Warmpool, startup",
          "Warmpool, statement cache",
          DriverMessages.NAME);

  /** What follows SQLAlchemy's name in the tables. */
  private static final String VERSIONS = " [0-9].*";

  private static final int NAMES = 190;
  private static final int COLUMN = 340;
  private static final int BAR = 250;
  private static final int ROW = 19;

  private final Results results;
  private final List<Place> columns;
  private final List<String> lines = new ArrayList<>();
  private int y = 8;

  Chart(Results results) {
    this.results = results;
    this.columns =
        Stream.of(Place.ONE, Place.SMALL)
            .filter(place -> !results.of(place, Workload.READ).isEmpty())
            .toList();
  }

  String svg() {
    SHOWN.forEach(this::workload);
    return """
    <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="13">
    <style>
    text { fill: #1f2328 } .t { font-weight: bold } .o { fill: #9aa4af } .w { fill: #1a7f64 }
    @media (prefers-color-scheme: dark) { text { fill: #e6edf3 } .o { fill: #6e7681 } .w { fill: #3fb68f } }
    </style>
    %s
    </svg>
    """
        .formatted(NAMES + columns.size() * COLUMN, y + ROW, String.join("\n", lines));
  }

  private void workload(Workload workload) {
    y += ROW;
    text(8, "t", workload.title());
    columns.forEach(place -> text(left(place), "t", place.title() + ", p50 in ms"));
    double longest =
        columns.stream()
            .flatMap(place -> results.of(place, workload).values().stream())
            .mapToDouble(Samples::median)
            .max()
            .orElse(1);
    for (String name : results.of(Place.ONE, workload).keySet()) {
      if (!LEFT_OUT.contains(name)) {
        row(workload, name, longest);
      }
    }
    y += ROW / 2;
  }

  private void row(Workload workload, String name, double longest) {
    y += ROW;
    text(8, "n", name.replaceAll(VERSIONS, ""));
    for (Place place : columns) {
      Map<String, Samples> contenders = results.of(place, workload);
      if (contenders.containsKey(name)) {
        bar(left(place), name, contenders.get(name).median(), longest);
      }
    }
  }

  private void bar(int x, String name, double millis, double longest) {
    int width = Math.max(1, (int) (millis / longest * BAR));
    String style = name.startsWith("Warmpool") ? "w" : "o";
    lines.add(
        "<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\"/>"
            .formatted(style, x, y - ROW + 6, width, ROW - 4));
    text(x + width + 6, "n", String.format(Locale.ROOT, "%.2f", millis));
  }

  private int left(Place place) {
    return NAMES + columns.indexOf(place) * COLUMN;
  }

  private void text(int x, String style, String text) {
    lines.add("<text class=\"%s\" x=\"%d\" y=\"%d\">%s</text>".formatted(style, x, y, text));
  }
}
