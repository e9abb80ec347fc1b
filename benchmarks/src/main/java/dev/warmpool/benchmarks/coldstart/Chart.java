package dev.warmpool.benchmarks.coldstart;

import java.util.ArrayList;
import java.util.List;

/**
 * Draws init phase and first response of each contender as a bar: SVG for light and dark colour
 * schemes. Confined to one drawing.
 */
final class Chart {

  private static final int LEFT = 185;
  private static final int WIDTH = 560;
  private static final int BAR = 18;

  private final List<Results> results;
  private final List<String> lines = new ArrayList<>();
  private int y = 16;

  Chart(List<Results> results) {
    this.results = results;
  }

  String svg() {
    double longest =
        results.stream()
            .flatMap(
                result -> result.contenders().stream().map(contender -> total(result, contender)))
            .mapToDouble(Double::doubleValue)
            .max()
            .orElse(1);
    for (Results result : results) {
      y += BAR;
      text(8, "t", "Java " + result.java().version() + ": ms to the first response");
      result.contenders().forEach(contender -> bar(result, contender, longest));
      y += BAR / 2;
    }
    return """
    <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="13">
    <style>
    text { fill: #1f2328 } .t { font-weight: bold } .o { fill: #9aa4af } .w { fill: #1a7f64 }
    @media (prefers-color-scheme: dark) { text { fill: #e6edf3 } .o { fill: #6e7681 } .w { fill: #3fb68f } }
    .i { opacity: 0.6 }
    </style>
    %s
    </svg>
    """
        .formatted(LEFT + WIDTH + 80, y + BAR, String.join("\n", lines));
  }

  private static double total(Results result, Contender contender) {
    return result.median(Measurement.COLD, contender.name(), StartTimes::total);
  }

  private void bar(Results result, Contender contender, double longest) {
    y += BAR + 4;
    String style = contender.name().startsWith(Contenders.WARMPOOL) ? "w" : "o";
    double total = total(result, contender);
    double init = result.median(Measurement.COLD, contender.name(), StartTimes::init);
    int end = Math.max(2, (int) (total / longest * WIDTH));
    int middle = Math.max(1, (int) (Math.min(init, total) / longest * WIDTH));
    text(8, "n", contender.name());
    rectangle(style + " i", LEFT, middle);
    rectangle(style, LEFT + middle, end - middle);
    text(LEFT + end + 6, "n", Report.number(total));
  }

  private void rectangle(String style, int x, int width) {
    lines.add(
        "<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\"/>"
            .formatted(style, x, y - BAR + 4, width, BAR));
  }

  private void text(int x, String style, String text) {
    lines.add("<text class=\"%s\" x=\"%d\" y=\"%d\">%s</text>".formatted(style, x, y, text));
  }
}
