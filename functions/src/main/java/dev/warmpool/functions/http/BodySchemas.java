package dev.warmpool.functions.http;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * The contract's schemas, which validate request bodies. A schema is refused if it uses a keyword
 * that {@link BodyCheck} does not check: the keyword would have no effect. Thread-safe.
 */
final class BodySchemas {

  private static final Set<String> CHECKED =
      Set.of(
          "$ref",
          "type",
          "enum",
          "const",
          "minimum",
          "maximum",
          "exclusiveMinimum",
          "exclusiveMaximum",
          "minLength",
          "maxLength",
          "pattern",
          "minItems",
          "maxItems",
          "items",
          "required",
          "minProperties",
          "maxProperties",
          "properties",
          "additionalProperties",
          "allOf",
          "anyOf",
          "oneOf");

  /** Keywords that state nothing about a value's validity; {@code format} is such by default. */
  private static final Set<String> ANNOTATIONS =
      Set.of(
          "title",
          "description",
          "format",
          "default",
          "example",
          "examples",
          "deprecated",
          "readOnly",
          "writeOnly",
          "$comment");

  /** Keywords that contain schemas. */
  private static final List<String> LISTS = List.of("allOf", "anyOf", "oneOf");

  private static final List<String> SINGLE = List.of("items", "additionalProperties");

  private final JsonNode document;
  private final Set<String> known = ConcurrentHashMap.newKeySet();
  private final Map<String, Pattern> patterns = new ConcurrentHashMap<>();

  /**
   * @param document the document that references such as {@code #/components/schemas/User} point
   *     into
   */
  BodySchemas(JsonNode document) {
    this.document = document;
  }

  /**
   * Validates a body.
   *
   * @param reference the schema, {@code #/components/schemas/User}
   * @return the faults, at most {@link Faults#MAX}, ordered by pointer; empty if the body is valid
   * @throws IllegalStateException if the schema is missing or uses a keyword that is not checked
   */
  List<Problem.Fault> faults(String reference, JsonNode body) {
    JsonNode schema = schema(reference);
    if (!known.contains(reference)) {
      requireKnownKeywords(schema, reference, new HashSet<>());
      known.add(reference);
    }
    Faults faults = new Faults(Faults.MAX);
    new BodyCheck(this, faults).check(schema, Place.BODY, body);
    return faults.sorted();
  }

  /** Returns the schema that a reference points to. */
  JsonNode schema(String reference) {
    JsonNode schema = document.at(reference.substring(reference.indexOf('#') + 1));
    if (schema.isMissingNode()) {
      throw new IllegalStateException("the contract has no schema " + reference);
    }
    return schema;
  }

  /** Returns the compiled pattern. */
  Pattern pattern(String pattern) {
    return patterns.computeIfAbsent(pattern, Pattern::compile);
  }

  private void requireKnownKeywords(JsonNode schema, String place, Set<JsonNode> visited) {
    if (!schema.isObject() || !visited.add(schema)) {
      return;
    }
    schema.fieldNames().forEachRemaining(keyword -> requireKnown(keyword, place));
    if (schema.has("$ref")) {
      String reference = schema.path("$ref").asText();
      requireKnownKeywords(schema(reference), reference, visited);
    }
    SINGLE.forEach(keyword -> requireKnownKeywords(schema.path(keyword), place, visited));
    schema.path("properties").forEach(member -> requireKnownKeywords(member, place, visited));
    LISTS.forEach(
        keyword ->
            schema.path(keyword).forEach(part -> requireKnownKeywords(part, place, visited)));
  }

  private static void requireKnown(String keyword, String place) {
    boolean known =
        CHECKED.contains(keyword) || ANNOTATIONS.contains(keyword) || keyword.startsWith("x-");
    if (!known) {
      throw new IllegalStateException(
          place
              + " uses the keyword "
              + keyword
              + ", which is not checked: must be one of "
              + CHECKED.stream().sorted().toList());
    }
  }
}
