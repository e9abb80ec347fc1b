package dev.warmpool.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Draws the p50 of each contender as a bar, grouped by workload: SVG for light and dark colour
 * schemes. Confined to one drawing.
 */
final class Chart {

  private static final List<Workload> SHOWN = List.of(Workload.READ, Workload.WRITE, Workload.FIVE);
  private static final int LEFT = 205;
  private static final int WIDTH = 560;
  private static final int BAR = 18;

  private final Map<Workload, Map<String, Samples>> cases;
  private final List<String> lines = new ArrayList<>();
  private int y = 16;

  Chart(Map<Workload, Map<String, Samples>> cases) {
    this.cases = cases;
  }

  String svg() {
    double longest =
        SHOWN.stream()
            .flatMap(measured -> cases.get(measured).values().stream())
            .mapToDouble(Samples::median)
            .max()
            .orElse(1);
    for (Workload measured : SHOWN) {
      y += BAR;
      text(8, "t", measured.title() + ", p50 in ms, 1 ms to the server");
      cases.get(measured).forEach((name, samples) -> bar(name, samples.median(), longest));
      y += BAR / 2;
    }
    int height = y + BAR;
    return """
    <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="13">
    <style>
    text { fill: #1f2328 } .t { font-weight: bold } .o { fill: #9aa4af } .w { fill: #1a7f64 }
    @media (prefers-color-scheme: dark) { text { fill: #e6edf3 } .o { fill: #6e7681 } .w { fill: #3fb68f } }
    </style>
    %s
    </svg>
    """
        .formatted(LEFT + WIDTH + 80, height, String.join("\n", lines));
  }

  private void bar(String name, double millis, double longest) {
    y += BAR + 4;
    int width = Math.max(1, (int) (millis / longest * WIDTH));
    String style = name.startsWith("Warmpool") ? "w" : "o";
    text(8, "n", name);
    lines.add(
        "<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\"/>"
            .formatted(style, LEFT, y - BAR + 4, width, BAR));
    text(LEFT + width + 6, "n", String.format(Locale.ROOT, "%.2f", millis));
  }

  private void text(int x, String style, String text) {
    lines.add("<text class=\"%s\" x=\"%d\" y=\"%d\">%s</text>".formatted(style, x, y, text));
  }
}
