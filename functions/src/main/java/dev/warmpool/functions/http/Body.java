package dev.warmpool.functions.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.warmpool.functions.event.Json;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * A request's body as the event carries it, decoded when it is asked for. Confined to its request.
 */
public final class Body {

  private final String carried;
  private final boolean base64;
  private @Nullable JsonNode json;

  private Body(String carried, boolean base64) {
    this.carried = carried;
    this.base64 = base64;
  }

  static Body of(JsonNode event) {
    return new Body(event.path("body").asText(""), event.path("isBase64Encoded").asBoolean(false));
  }

  /** Without anything in it. */
  static Body empty() {
    return new Body("", false);
  }

  /**
   * The text.
   *
   * @throws ProblemException 400 where it is not base64, though the event says so, or not UTF-8
   */
  public String text() {
    return base64 ? decoded() : carried;
  }

  private String decoded() {
    try {
      ByteBuffer bytes = ByteBuffer.wrap(Base64.getDecoder().decode(carried));
      return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
    } catch (IllegalArgumentException e) {
      throw new ProblemException(
          Problem.of(400, "The body is not base64, though the event says that it is."));
    } catch (CharacterCodingException e) {
      throw new ProblemException(Problem.of(400, "The body is not UTF-8."));
    }
  }

  /**
   * The JSON; read once.
   *
   * @throws ProblemException 400 where it is none
   */
  public JsonNode json() {
    JsonNode read = json;
    if (read == null) {
      read = parsed(text());
      json = read;
    }
    return read;
  }

  private static JsonNode parsed(String text) {
    try {
      JsonNode json = Json.read(text);
      if (!json.isMissingNode()) {
        return json;
      }
    } catch (IOException e) {
      // reported below: the parser's text would quote the body
    }
    throw new ProblemException(Problem.of(400, "The body is not one JSON value."));
  }
}
