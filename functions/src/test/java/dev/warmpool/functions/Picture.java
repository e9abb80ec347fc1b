package dev.warmpool.functions;

import java.util.ArrayList;
import java.util.List;

/** Boxes in columns with arrows between them, as SVG. Confined to one thread. */
final class Picture {

  private static final int WIDTH = 1_130;

  private static final int COLUMN = 280;
  private static final int BOX = 236;
  private static final int LINE = 16;

  private final List<String> parts = new ArrayList<>();

  /**
   * A box. Immutable.
   *
   * @param optional whether the stack has it only with some parameters
   */
  record Box(int x, int y, int width, String title, List<String> lines, boolean optional) {

    int bottom() {
      return y + 30 + LINE * lines.size();
    }

    private int middle() {
      return (y + bottom()) / 2;
    }

    private int right() {
      return x + width;
    }
  }

  /** Draws a box of one column, from 0 to 3. */
  Box box(int column, int y, String title, List<String> lines, boolean optional) {
    return drawn(new Box(10 + column * COLUMN, y, BOX, title, lines, optional));
  }

  /** Draws a box below all columns. */
  Box wide(int y, String title, List<String> lines) {
    return drawn(new Box(10, y, WIDTH - 20, title, lines, false));
  }

  private Box drawn(Box box) {
    parts.add(
        "<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"4\"/>"
            .formatted(
                box.optional() ? "b o" : "b", box.x, box.y, box.width, box.bottom() - box.y));
    text(box.x + 8, box.y + 19, "t", box.title);
    int y = box.y + 19;
    for (String line : box.lines) {
      y += LINE;
      text(box.x + 8, y, "n", line);
    }
    return box;
  }

  private void text(int x, int y, String style, String text) {
    String escaped = text.replace("&", "&amp;").replace("<", "&lt;");
    parts.add("<text class=\"%s\" x=\"%d\" y=\"%d\">%s</text>".formatted(style, x, y, escaped));
  }

  /** Draws an arrow to a box of another column, or to one below in the same column. */
  void arrow(Box from, Box to) {
    if (from.x == to.x) {
      int x = from.x + from.width / 2;
      path("M%d %dV%d".formatted(x, from.bottom(), to.y - 2));
      return;
    }
    int bend = (from.right() + to.x) / 2;
    path(
        "M%d %dC%d %d %d %d %d %d"
            .formatted(
                from.right(),
                from.middle(),
                bend,
                from.middle(),
                bend,
                to.middle(),
                to.x - 2,
                to.middle()));
  }

  /** Draws an arrow from the right of a box down to one that is below everything. */
  void down(Box from, Box to) {
    path("M%d %dh12V%d".formatted(from.right(), from.y + 14, to.y - 2));
  }

  private void path(String path) {
    parts.add("<path class=\"a\" marker-end=\"url(#h)\" d=\"%s\"/>".formatted(path));
  }

  String svg(int height) {
    return """
    <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="12">
    <style>
    text { fill: #1f2328 } .t { font-weight: bold } .b { fill: #f6f8fa; stroke: #59636e } .o { stroke-dasharray: 5 4 } .a { fill: none; stroke: #1a7f64; stroke-width: 1.3 } .h { fill: #1a7f64 }
    @media (prefers-color-scheme: dark) { text { fill: #e6edf3 } .b { fill: #161b22; stroke: #8b949e } .a { stroke: #3fb68f } .h { fill: #3fb68f } }
    </style>
    <defs><marker id="h" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path class="h" d="M0 0L8 4L0 8z"/></marker></defs>
    %s
    </svg>
    """
        .formatted(WIDTH, height, String.join("\n", parts));
  }
}
