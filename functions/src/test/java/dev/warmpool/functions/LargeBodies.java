package dev.warmpool.functions;

import java.util.LinkedHashMap;
import java.util.Map;

/** Bodies that cost a parser or a validator much more than their bytes. Stateless. */
final class LargeBodies {

  private LargeBodies() {}

  /** Returns the bodies by description, each of about this many bytes. */
  static Map<String, String> of(int bytes) {
    Map<String, String> bodies = new LinkedHashMap<>();
    bodies.put("ids", "{\"ids\":[" + "1,".repeat(bytes / 2) + "1]}");
    bodies.put("nulls", "{\"ids\":[" + "null,".repeat(bytes / 5) + "null]}");
    bodies.put("objects", "{\"ids\":[" + "{},".repeat(bytes / 3) + "{}]}");
    bodies.put("members", "{" + members(Math.min(100_000, bytes / 10)) + "\"x\":0}");
    bodies.put("duplicates", "{" + "\"a\":1,".repeat(bytes / 6) + "\"a\":1}");
    int depth = Math.min(10_000, bytes / 2);
    bodies.put("depth", "{\"ids\":" + "[".repeat(depth) + "]".repeat(depth) + "}");
    bodies.put("depth without an end", "{\"a\":".repeat(bytes / 5));
    bodies.put("string", "{\"email\":\"a@b\",\"name\":\"" + "x".repeat(bytes) + "\"}");
    bodies.put("escapes", "{\"email\":\"a@b\",\"name\":\"" + "\\u0000".repeat(bytes / 6) + "\"}");
    bodies.put("name", "{\"" + "x".repeat(bytes) + "\":1}");
    bodies.put("number", "{\"ids\":[" + "9".repeat(Math.min(bytes, 1_000_000)) + "]}");
    bodies.put("fraction", "{\"ids\":[0." + "9".repeat(Math.min(bytes, 1_000_000)) + "]}");
    bodies.put("exponent", "{\"ids\":[" + "1e999999999,".repeat(bytes / 12) + "1]}");
    bodies.put("white space", " ".repeat(bytes) + "{}");
    return bodies;
  }

  private static String members(int count) {
    StringBuilder members = new StringBuilder();
    for (int i = 0; i < count; i++) {
      members.append("\"m").append(i).append("\":0,");
    }
    return members.toString();
  }
}
