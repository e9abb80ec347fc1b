package dev.warmpool.functions.http;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.ArrayList;
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

  /** The keywords that bound a number. */
  static final List<String> BOUNDS =
      List.of("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum");

  /** The rule for every string: PostgreSQL stores no U+0000, and UTF-8 has no lone surrogates. */
  static final String TEXT = "must be Unicode text without U+0000";

  private Rule() {}

  /** Returns whether a string satisfies {@link #TEXT}. */
  static boolean isText(String text) {
    return text.codePoints()
        .noneMatch(c -> c == 0 || c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
  }

  /** Returns whether a number is within one of the {@link #BOUNDS} of a schema. */
  static boolean holds(String bound, BigDecimal number, JsonNode schema) {
    int order = number.compareTo(schema.path(bound).decimalValue());
    return switch (bound) {
      case "minimum" -> order >= 0;
      case "maximum" -> order <= 0;
      case "exclusiveMinimum" -> order > 0;
      default -> order < 0;
    };
  }

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
      case "type" -> "must be " + types(schema.path("type"));
      case "minimum" -> "must be at least " + value;
      case "maximum" -> "must be at most " + value;
      case "minLength" -> "must have at least " + count(value, "character");
      case "maxLength" -> "must have at most " + count(value, "character");
      case "minItems" -> "must have at least " + count(value, "item");
      case "maxItems" -> "must have at most " + count(value, "item");
      case "exclusiveMinimum" -> "must be more than " + value;
      case "exclusiveMaximum" -> "must be less than " + value;
      case "const" -> "must be " + schema.path("const");
      case "enum" -> "must be one of " + schema.path("enum");
      case "maxProperties" -> "must have at most " + count(value, "member");
      case "minProperties" -> "must have at least " + count(value, "member");
      case "pattern" -> "must be " + schema.path("description").asText("text like " + value);
      default -> "must satisfy the keyword " + keyword + " of the contract";
    };
  }

  private static String types(JsonNode type) {
    List<String> words = new ArrayList<>();
    (type.isArray() ? type : List.of(type))
        .forEach(one -> words.add(TYPES.getOrDefault(one.asText(), one.asText())));
    return String.join(" or ", words);
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
