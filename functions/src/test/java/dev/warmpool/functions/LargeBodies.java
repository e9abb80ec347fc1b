package dev.warmpool.functions;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/** Bodies that cost a parser or a validator much more than their bytes. Stateless. */
final class LargeBodies {

  private static final int LONGEST_NUMBER = 1_000_000;
  private static final Map<String, IntFunction<String>> BODIES = new LinkedHashMap<>();

  static {
    BODIES.put("ids", bytes -> ids("1,".repeat(bytes / 2) + "1"));
    BODIES.put("nulls", bytes -> ids("null,".repeat(bytes / 5) + "null"));
    BODIES.put("objects", bytes -> ids("{},".repeat(bytes / 3) + "{}"));
    BODIES.put("members", bytes -> members(Math.min(100_000, bytes / 10)));
    BODIES.put("duplicates", bytes -> "{" + "\"a\":1,".repeat(bytes / 6) + "\"a\":1}");
    BODIES.put("depth", bytes -> depth(Math.min(10_000, bytes / 2)));
    BODIES.put("depth without an end", bytes -> "{\"a\":".repeat(bytes / 5));
    BODIES.put("string", bytes -> user("x".repeat(bytes)));
    BODIES.put("escapes", bytes -> user("\\u0000".repeat(bytes / 6)));
    BODIES.put("name", bytes -> "{\"" + "x".repeat(bytes) + "\":1}");
    BODIES.put("number", bytes -> ids("9".repeat(Math.min(bytes, LONGEST_NUMBER))));
    BODIES.put("fraction", bytes -> ids("0." + "9".repeat(Math.min(bytes, LONGEST_NUMBER))));
    BODIES.put("exponents", bytes -> ids("1e999999999,".repeat(bytes / 12) + "1"));
    BODIES.put("white space", bytes -> " ".repeat(bytes) + "{}");
  }

  private LargeBodies() {}

  /** Returns the descriptions of the bodies. */
  static List<String> names() {
    return List.copyOf(BODIES.keySet());
  }

  /** Returns the body of this description, of about this many bytes. */
  static String of(String name, int bytes) {
    return BODIES.get(name).apply(bytes);
  }

  private static String ids(String elements) {
    return "{\"ids\":[" + elements + "]}";
  }

  private static String user(String name) {
    return "{\"email\":\"a@b\",\"name\":\"" + name + "\"}";
  }

  private static String depth(int levels) {
    return ids("[".repeat(levels) + "]".repeat(levels));
  }

  private static String members(int count) {
    StringBuilder members = new StringBuilder("{");
    for (int i = 0; i < count; i++) {
      members.append("\"m").append(i).append("\":0,");
    }
    return members.append("\"x\":0}").toString();
  }
}
