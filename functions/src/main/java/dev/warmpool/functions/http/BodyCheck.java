package dev.warmpool.functions.http;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Validates one value against a schema, in time proportional to what the schema allows: a bound on
 * size is checked first, and what exceeds it is not looked at. Confined to one validation.
 *
 * <p>An {@code integer} is written without fraction and exponent, which JSON Schema would allow: a
 * number such as 9007199254740993.0 has probably been rounded by its sender.
 */
final class BodyCheck {

  private final BodySchemas schemas;
  private final Faults faults;

  BodyCheck(BodySchemas schemas, Faults faults) {
    this.schemas = schemas;
    this.faults = faults;
  }

  /** Adds the faults of a value. */
  void check(JsonNode schema, Place place, JsonNode value) {
    if (faults.isFull()) {
      return;
    }
    if (schema.isBoolean() && !schema.booleanValue()) {
      faults.add(place, "is not allowed");
    }
    if (schema.has("$ref")) {
      check(schemas.schema(schema.path("$ref").asText()), place, value);
    }
    if (schema.has("type") && !hasType(schema.path("type"), value)) {
      faults.add(place, Rule.of("type", schema));
      return;
    }
    switch (value.getNodeType()) {
      case OBJECT -> object(schema, place, value);
      case ARRAY -> array(schema, place, value);
      case STRING -> text(schema, place, value.textValue());
      case NUMBER -> number(schema, place, value.decimalValue());
      default -> {}
    }
    constants(schema, place, value);
    alternatives(schema, place, value);
  }

  private static boolean hasType(JsonNode type, JsonNode value) {
    if (type.isArray()) {
      for (JsonNode one : type) {
        if (hasType(one, value)) {
          return true;
        }
      }
      return false;
    }
    return switch (type.asText()) {
      case "object" -> value.isObject();
      case "array" -> value.isArray();
      case "string" -> value.isTextual();
      case "integer" -> value.isIntegralNumber();
      case "number" -> value.isNumber();
      case "boolean" -> value.isBoolean();
      default -> value.isNull();
    };
  }

  private void object(JsonNode schema, Place place, JsonNode object) {
    if (exceeds(schema, "maxProperties", object.size())) {
      faults.add(place, Rule.of("maxProperties", schema));
      return;
    }
    if (object.size() < schema.path("minProperties").asInt()) {
      faults.add(place, Rule.of("minProperties", schema));
    }
    for (JsonNode name : schema.path("required")) {
      if (!object.has(name.asText())) {
        faults.add(place.member(name.asText()), "is missing");
      }
    }
    for (Map.Entry<String, JsonNode> member : object.properties()) {
      if (faults.isFull()) {
        return;
      }
      member(schema, place.member(member.getKey()), member.getValue());
    }
  }

  private void member(JsonNode schema, Place place, JsonNode value) {
    JsonNode known = schema.path("properties").path(place.step());
    JsonNode other = schema.path("additionalProperties");
    if (!known.isMissingNode()) {
      check(known, place, value);
    } else if (other.isBoolean() && !other.booleanValue()) {
      List<String> names = new ArrayList<>();
      schema.path("properties").fieldNames().forEachRemaining(names::add);
      faults.add(place, Rule.unknown(names));
    } else if (other.isObject()) {
      check(other, place, value);
    }
  }

  private void array(JsonNode schema, Place place, JsonNode array) {
    if (exceeds(schema, "maxItems", array.size())) {
      faults.add(place, Rule.of("maxItems", schema));
      return;
    }
    if (array.size() < schema.path("minItems").asInt()) {
      faults.add(place, Rule.of("minItems", schema));
    }
    for (int i = 0; schema.has("items") && i < array.size() && !faults.isFull(); i++) {
      check(schema.path("items"), place.member(Integer.toString(i)), array.get(i));
    }
  }

  private void text(JsonNode schema, Place place, String text) {
    int length = text.codePointCount(0, text.length());
    if (exceeds(schema, "maxLength", length)) {
      faults.add(place, Rule.of("maxLength", schema));
      return;
    }
    if (length < schema.path("minLength").asInt()) {
      faults.add(place, Rule.of("minLength", schema));
    }
    if (schema.has("pattern")
        && !schemas.pattern(schema.path("pattern").asText()).matcher(text).find()) {
      faults.add(place, Rule.of("pattern", schema));
    } else if (!Rule.isText(text)) {
      faults.add(place, Rule.TEXT);
    }
  }

  private void number(JsonNode schema, Place place, BigDecimal number) {
    for (String keyword : Rule.BOUNDS) {
      if (schema.has(keyword) && !Rule.holds(keyword, number, schema)) {
        faults.add(place, Rule.of(keyword, schema));
      }
    }
  }

  private void constants(JsonNode schema, Place place, JsonNode value) {
    if (schema.has("const") && !schema.path("const").equals(value)) {
      faults.add(place, Rule.of("const", schema));
    }
    if (schema.has("enum")) {
      for (JsonNode allowed : schema.path("enum")) {
        if (allowed.equals(value)) {
          return;
        }
      }
      faults.add(place, Rule.of("enum", schema));
    }
  }

  private void alternatives(JsonNode schema, Place place, JsonNode value) {
    schema.path("allOf").forEach(part -> check(part, place, value));
    if (schema.has("anyOf") && conforming(schema.path("anyOf"), place, value) == 0) {
      faults.add(place, Rule.of("anyOf", schema));
    }
    if (schema.has("oneOf") && conforming(schema.path("oneOf"), place, value) != 1) {
      faults.add(place, Rule.of("oneOf", schema));
    }
  }

  private int conforming(JsonNode parts, Place place, JsonNode value) {
    int conforming = 0;
    for (JsonNode part : parts) {
      Faults found = new Faults(1);
      new BodyCheck(schemas, found).check(part, place, value);
      conforming += found.isEmpty() ? 1 : 0;
    }
    return conforming;
  }

  private static boolean exceeds(JsonNode schema, String keyword, int size) {
    return schema.has(keyword) && size > schema.path(keyword).asInt();
  }
}
