package dev.warmpool.functions.event;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Strict reading and writing of JSON as trees: exactly one value, no duplicate member names,
 * numbers exactly as they are written, and nothing that exceeds the limits below. Thread-safe.
 *
 * <p>Member names are neither kept in a symbol table nor interned: the senders of events choose
 * them, and names that collide in the table would fail the requests of others.
 *
 * <p>Jackson's {@code ObjectMapper} is not used: it loads 300 classes, which takes 100 to 140 ms of
 * processor time in a cold start (docs/cold-start.md).
 */
public final class Json {

  /** Levels of arrays and objects. Deeper input would exhaust the stack, which holds the reader. */
  private static final int MAX_DEPTH = 64;

  /** Characters of a number. To parse a number takes time that grows with the square of it. */
  private static final int MAX_NUMBER_LENGTH = 100;

  /** Characters of a member name. */
  private static final int MAX_NAME_LENGTH = 1_000;

  /** Characters of a string: those of an event of 6 MB, which has its body in one string. */
  private static final int MAX_STRING_LENGTH = 6 * 1024 * 1024;

  /**
   * Tokens of a document: names, values, and the begin and end of arrays and objects. A tree takes
   * up to 100 bytes for each.
   */
  private static final int MAX_TOKENS = 250_000;

  private static final JsonFactory FACTORY =
      JsonFactory.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH)
                  .maxNumberLength(MAX_NUMBER_LENGTH)
                  .maxNameLength(MAX_NAME_LENGTH)
                  .maxTokenCount(MAX_TOKENS)
                  .maxStringLength(MAX_STRING_LENGTH)
                  .build())
          .build();

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
   * @throws IOException if the input is not UTF-8 or not exactly one JSON value, has a duplicate
   *     member name, or exceeds a limit on depth, tokens, numbers or names; do not show its
   *     message, which quotes the input
   */
  public static JsonNode read(byte[] json) throws IOException {
    try (JsonParser parser = FACTORY.createParser(utf8(new ByteArrayInputStream(json)))) {
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
    try (JsonParser parser = FACTORY.createParser(utf8(json))) {
      parser.nextToken();
      for (String member : path) {
        if (!JsonReader.enter(parser, member)) {
          return MissingNode.getInstance();
        }
      }
      return JsonReader.value(parser);
    }
  }

  /**
   * Decodes UTF-8 and fails for anything else. Jackson's own decoder accepts overlong forms and
   * surrogates, and takes input with zero bytes for UTF-16.
   */
  private static Reader utf8(InputStream json) {
    return new InputStreamReader(json, StandardCharsets.UTF_8.newDecoder());
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
