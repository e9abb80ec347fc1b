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
 * Strict reading and writing of JSON as trees: exactly one value, no duplicate member names.
 * Thread-safe.
 *
 * <p>Jackson's {@code ObjectMapper} is not used: it loads 300 classes, which takes 100 to 140 ms of
 * processor time in a cold start (docs/cold-start.md).
 */
public final class Json {

  private static final JsonFactory FACTORY =
      JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private Json() {}

  /** Returns a new, empty object. */
  public static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  /** Returns a new, empty array. */
  public static ArrayNode array() {
    return JsonNodeFactory.instance.arrayNode();
  }

  /**
   * Reads one value encoded in UTF-8.
   *
   * @return a missing node if the input is empty
   * @throws IOException if the input is not exactly one JSON value, has a duplicate member name, or
   *     contains a number outside the range of a double
   */
  public static JsonNode read(byte[] json) throws IOException {
    try (JsonParser parser = FACTORY.createParser(json)) {
      return JsonReader.only(parser);
    }
  }

  /**
   * Reads one value.
   *
   * @return a missing node if the input is empty
   * @throws IOException as {@link #read(byte[])}
   */
  public static JsonNode read(String json) throws IOException {
    try (JsonParser parser = FACTORY.createParser(json)) {
      return JsonReader.only(parser);
    }
  }

  /**
   * Reads the value at a path of member names. Skips the members before it and does not read the
   * members after it.
   *
   * @return a missing node if the path does not exist
   * @throws IOException if the part that was read is not JSON
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

  /** Returns the value as JSON text encoded in UTF-8. */
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
