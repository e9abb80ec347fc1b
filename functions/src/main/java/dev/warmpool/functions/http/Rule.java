package dev.warmpool.functions.http;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;

/** What a rule of the contract asks for, in words; never what the caller sent. */
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

  /** Told as one rule where a schema has them all. */
  private static final List<String> RANGE = List.of("type", "minimum", "maximum");

  private Rule() {}

  /**
   * In words, to be read after what they are about.
   *
   * @param keyword of JSON Schema
   * @param schema that has it
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
      default -> "must keep the rule " + keyword + " of the contract";
    };
  }

  private static String count(String number, String thing) {
    return number + " " + thing + (number.equals("1") ? "" : "s");
  }
}
