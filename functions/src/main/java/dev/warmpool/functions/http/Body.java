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
 * The body of a request, decoded when it is first used. Confined to the handling of its request.
 */
public final class Body {

  private final String raw;
  private final boolean base64;
  private @Nullable JsonNode json;

  private Body(String raw, boolean base64) {
    this.raw = raw;
    this.base64 = base64;
  }

  /** Takes the members {@code body} and {@code isBase64Encoded} of an event. */
  static Body of(JsonNode event) {
    return new Body(event.path("body").asText(""), event.path("isBase64Encoded").asBoolean(false));
  }

  /** Returns a body without text. */
  static Body empty() {
    return new Body("", false);
  }

  /**
   * Returns whether the body has more bytes than this, without decoding it. A body in base64 counts
   * with the bytes that it stands for.
   */
  boolean isLargerThan(int bytes) {
    if (base64) {
      int padding = raw.endsWith("==") ? 2 : raw.endsWith("=") ? 1 : 0;
      return (raw.length() - padding) * 3L / 4 > bytes;
    }
    return raw.length() > bytes || raw.getBytes(StandardCharsets.UTF_8).length > bytes;
  }

  /**
   * Returns the text; empty if the request has no body.
   *
   * @throws ProblemException 400 if the event declares base64 and the body is not base64 of text in
   *     UTF-8
   */
  public String text() {
    return base64 ? decoded() : raw;
  }

  private String decoded() {
    try {
      ByteBuffer bytes = ByteBuffer.wrap(Base64.getDecoder().decode(raw));
      return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
    } catch (IllegalArgumentException e) {
      throw new ProblemException(Problem.of(400, "The body is not valid base64."));
    } catch (CharacterCodingException e) {
      throw new ProblemException(Problem.of(400, "The body is not valid UTF-8."));
    }
  }

  /**
   * Returns the body as JSON, parsed at the first call. Numbers are exact.
   *
   * @throws ProblemException 400 if it is not exactly one JSON value or exceeds a limit of {@link
   *     Json}, or as {@link #text()}
   */
  public JsonNode json() {
    JsonNode read = json;
    if (read == null) {
      read = parsed(text());
      json = read;
    }
    return read;
  }

  /** Returns the JSON that {@link #json} has read; null if it has not been called. */
  @Nullable JsonNode parsed() {
    return json;
  }

  private static JsonNode parsed(String text) {
    try {
      JsonNode json = Json.read(text);
      if (!json.isMissingNode()) {
        return json;
      }
    } catch (IOException e) {
      // falls through to the message below: the parser's message would quote the body
    }
    throw new ProblemException(
        Problem.of(
            400,
            "The body is not exactly one JSON value, or exceeds a limit on depth, numbers or names."));
  }
}
