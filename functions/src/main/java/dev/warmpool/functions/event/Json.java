package dev.warmpool.functions.event;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.NumericNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/** JSON as trees, strictly: one value, no member twice. Nothing is bound to classes. */
public final class Json {

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .nodeFactory(new Finite())
          .build();

  private Json() {}

  /** An empty object. */
  public static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  /** An empty array. */
  public static ArrayNode array() {
    return JsonNodeFactory.instance.arrayNode();
  }

  /**
   * Reads one value; nothing at all is a missing node.
   *
   * @throws IOException if it is not JSON, or holds a number beyond the range of a double
   */
  public static JsonNode read(byte[] json) throws IOException {
    try {
      return MAPPER.readTree(json);
    } catch (ArithmeticException e) {
      throw new IOException(e);
    }
  }

  /** Reads one value, as {@link #read(byte[])} does. */
  public static JsonNode read(String json) throws IOException {
    try {
      return MAPPER.readTree(json);
    } catch (ArithmeticException e) {
      throw new IOException(e);
    }
  }

  /**
   * Reads only the value at a path of member names and skips what comes before it.
   *
   * @return a missing node where the path leads nowhere
   * @throws IOException if what was read is not JSON
   */
  public static JsonNode readAt(InputStream json, List<String> path) throws IOException {
    try (JsonParser parser = MAPPER.createParser(json)) {
      parser.nextToken();
      for (String member : path) {
        if (!enter(parser, member)) {
          return MissingNode.getInstance();
        }
      }
      return MAPPER
          .reader()
          .without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .readTree(parser);
    }
  }

  private static boolean enter(JsonParser object, String member) throws IOException {
    while (object.nextToken() == JsonToken.FIELD_NAME) {
      boolean found = object.currentName().equals(member);
      object.nextToken();
      if (found) {
        return true;
      }
      object.skipChildren();
    }
    return false;
  }

  /** Writes a value as UTF-8. */
  public static byte[] bytes(JsonNode value) {
    try {
      return MAPPER.writeValueAsBytes(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Refuses what would otherwise become an infinity, with which nobody reckons. */
  private static final class Finite extends JsonNodeFactory {

    private static final long serialVersionUID = 1L;

    @Override
    public NumericNode numberNode(double value) {
      if (Double.isInfinite(value)) {
        throw new ArithmeticException("a number is beyond the range of a double");
      }
      return super.numberNode(value);
    }
  }
}
