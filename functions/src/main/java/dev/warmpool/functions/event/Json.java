package dev.warmpool.functions.event;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * JSON as trees, strictly: one value, no member twice. Nothing is bound to classes, so no mapper is
 * made: Jackson's loads 300 classes, a tenth of a cold start.
 */
public final class Json {

  private static final JsonFactory FACTORY =
      JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

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
    try (JsonParser parser = FACTORY.createParser(json)) {
      return JsonReader.only(parser);
    }
  }

  /** Reads one value, as {@link #read(byte[])} does. */
  public static JsonNode read(String json) throws IOException {
    try (JsonParser parser = FACTORY.createParser(json)) {
      return JsonReader.only(parser);
    }
  }

  /**
   * Reads only the value at a path of member names and skips what comes before it.
   *
   * @return a missing node where the path leads nowhere
   * @throws IOException if what was read is not JSON
   */
  public static JsonNode readAt(InputStream json, List<String> path) throws IOException {
    try (JsonParser parser = FACTORY.createParser(json)) {
      parser.nextToken();
      for (String member : path) {
        if (!JsonReader.enter(parser, member)) {
          return MissingNode.getInstance();
        }
      }
      return JsonReader.value(parser);
    }
  }

  /** Writes a value as UTF-8. */
  public static byte[] bytes(JsonNode value) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator generator = FACTORY.createGenerator(bytes)) {
      JsonWriter.write(generator, value);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
