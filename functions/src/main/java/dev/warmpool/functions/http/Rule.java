package dev.warmpool.functions.http;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;

/**
 * Describes the rules of the contract in words. Never quotes the value that was sent. Stateless.
 */
final class Rule {

  private static final Map<String, String> TYPES =
      Map.of(
          "integer", "a whole number",
          "number", "a number",
          "string", "a string",
          "boolean", "true or false",
          "object", "an object",
          "array", "an array",
          "null", "null");

  /** Described in one phrase if a schema has all three. */
  private static final List<String> RANGE = List.of("type", "minimum", "maximum");

  private Rule() {}

  /**
   * Returns the rule as a predicate such as "must be at least 1".
   *
   * @param keyword a keyword of JSON Schema
   * @param schema the schema that contains the keyword
   */
  static String of(String keyword, JsonNode schema) {
    String value = schema.path(keyword).asText();
    if (RANGE.contains(keyword) && RANGE.stream().allMatch(schema::has)) {
      return "must be "
          + TYPES.getOrDefault(schema.path("type").asText(), "a number")
          + " from "
          + schema.path("minimum").asText()
          + " to "
          + schema.path("maximum").asText();
    }
    return switch (keyword) {
      case "type" -> "must be " + TYPES.getOrDefault(value, value);
      case "minimum" -> "must be at least " + value;
      case "maximum" -> "must be at most " + value;
      case "minLength" -> "must have at least " + count(value, "character");
      case "maxLength" -> "must have at most " + count(value, "character");
      case "minItems" -> "must have at least " + count(value, "item");
      case "maxItems" -> "must have at most " + count(value, "item");
      case "minProperties" -> "must have at least " + count(value, "member");
      case "pattern" -> "must be " + schema.path("description").asText("text like " + value);
      default -> "must satisfy the keyword " + keyword + " of the contract";
    };
  }

  /** Returns the rule that an unknown name violates, such as "is unknown: must be a, b or c". */
  static String unknown(List<String> allowed) {
    if (allowed.isEmpty()) {
      return "is unknown: there are none";
    }
    int last = allowed.size() - 1;
    String others = String.join(", ", allowed.subList(0, last));
    return "is unknown: must be " + others + (last > 0 ? " or " : "") + allowed.get(last);
  }

  private static String count(String number, String thing) {
    return number + " " + thing + (number.equals("1") ? "" : "s");
  }
}
