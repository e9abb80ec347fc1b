package dev.warmpool.functions.event;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.util.Map;

/** Writes trees to a generator. Stateless. */
final class JsonWriter {

  private JsonWriter() {}

  static void write(JsonGenerator generator, JsonNode value) throws IOException {
    switch (value.getNodeType()) {
      case OBJECT -> members(generator, value);
      case ARRAY -> elements(generator, value);
      case STRING -> generator.writeString(value.textValue());
      case NUMBER -> number(generator, value);
      case BOOLEAN -> generator.writeBoolean(value.booleanValue());
      case NULL -> generator.writeNull();
      default ->
          throw new IllegalArgumentException("a " + value.getNodeType() + " node has no JSON form");
    }
  }

  private static void members(JsonGenerator generator, JsonNode object) throws IOException {
    generator.writeStartObject();
    for (Map.Entry<String, JsonNode> member : object.properties()) {
      generator.writeFieldName(member.getKey());
      write(generator, member.getValue());
    }
    generator.writeEndObject();
  }

  private static void elements(JsonGenerator generator, JsonNode array) throws IOException {
    generator.writeStartArray();
    for (JsonNode element : array) {
      write(generator, element);
    }
    generator.writeEndArray();
  }

  private static void number(JsonGenerator generator, JsonNode number) throws IOException {
    switch (number.numberType()) {
      case INT, LONG -> generator.writeNumber(number.longValue());
      case BIG_INTEGER -> generator.writeNumber(number.bigIntegerValue());
      case BIG_DECIMAL -> generator.writeNumber(number.decimalValue());
      default -> generator.writeNumber(number.doubleValue());
    }
  }
}
