package dev.warmpool.functions.event;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.math.BigDecimal;

/** Builds trees from a parser, which limits the nesting depth. Stateless. */
final class JsonReader {

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  /**
   * The power of ten of a number with a fraction or an exponent; a double's is at most 308. Java
   * expands an exponent into as many digits when it converts the number.
   */
  private static final int MAX_EXPONENT = 1_000;

  private JsonReader() {}

  /** Reads the only value of the input; returns a missing node if the input is empty. */
  static JsonNode only(JsonParser parser) throws IOException {
    if (parser.nextToken() == null) {
      return MissingNode.getInstance();
    }
    JsonNode value = value(parser);
    if (parser.nextToken() != null) {
      throw new JsonParseException(parser, "the input has more than one value");
    }
    return value;
  }

  /**
   * Moves to the value of a member of the current object. Returns false if the current value is not
   * an object or has no such member.
   */
  static boolean enter(JsonParser parser, String member) throws IOException {
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      boolean found = parser.currentName().equals(member);
      parser.nextToken();
      if (found) {
        return true;
      }
      parser.skipChildren();
    }
    return false;
  }

  /** Reads the value that begins at the current token. */
  static JsonNode value(JsonParser parser) throws IOException {
    return switch (parser.currentToken()) {
      case START_OBJECT -> members(parser);
      case START_ARRAY -> elements(parser);
      case VALUE_STRING -> NODES.textNode(parser.getText());
      case VALUE_NUMBER_INT -> whole(parser);
      case VALUE_NUMBER_FLOAT -> decimal(parser);
      case VALUE_TRUE -> NODES.booleanNode(true);
      case VALUE_FALSE -> NODES.booleanNode(false);
      case VALUE_NULL -> NODES.nullNode();
      default -> throw new JsonParseException(parser, "a value cannot begin with this token");
    };
  }

  private static ObjectNode members(JsonParser parser) throws IOException {
    ObjectNode object = NODES.objectNode();
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      parser.nextToken();
      object.set(name, value(parser));
    }
    return object;
  }

  private static ArrayNode elements(JsonParser parser) throws IOException {
    ArrayNode array = NODES.arrayNode();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      array.add(value(parser));
    }
    return array;
  }

  private static JsonNode whole(JsonParser parser) throws IOException {
    return switch (parser.getNumberType()) {
      case INT -> NODES.numberNode(parser.getIntValue());
      case LONG -> NODES.numberNode(parser.getLongValue());
      default -> NODES.numberNode(parser.getBigIntegerValue());
    };
  }

  /** Keeps every digit: a double would silently turn the number into another one. */
  private static JsonNode decimal(JsonParser parser) throws IOException {
    try {
      BigDecimal number = new BigDecimal(parser.getText());
      if (Math.abs((long) number.scale()) <= MAX_EXPONENT) {
        return NODES.numberNode(number);
      }
    } catch (NumberFormatException e) {
      // falls through to the message below: the exponent exceeds an int
    }
    throw new JsonParseException(parser, "a number's exponent exceeds " + MAX_EXPONENT);
  }
}
