package dev.warmpool.functions.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.warmpool.functions.event.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request as the HTTP API's payload format 2.0 tells it. Immutable. What an event lacks is empty
 * here: API Gateway leaves out what a request does not have.
 *
 * @param routeKey the route that API Gateway matched, {@code GET /users/{id}} or {@code $default}
 * @param path by name, decoded
 * @param query by name, values of one name joined by commas
 * @param headers by name in lower case, values of one name joined by commas
 * @param body decoded; empty where there is none
 * @param id of the invocation, for logs and problems
 */
public record HttpRequest(
    String routeKey,
    Map<String, String> path,
    Map<String, String> query,
    Map<String, String> headers,
    byte[] body,
    String id) {

  /**
   * Reads an event.
   *
   * @throws ProblemException 400 where the body's base64 is broken
   */
  public static HttpRequest of(JsonNode event, String id) {
    return new HttpRequest(
        event.path("routeKey").asText("$default"),
        strings(event.path("pathParameters")),
        strings(event.path("queryStringParameters")),
        strings(event.path("headers")),
        body(event),
        id);
  }

  private static Map<String, String> strings(JsonNode object) {
    Map<String, String> strings = new HashMap<>();
    object
        .properties()
        .forEach(
            member -> {
              if (member.getValue().isValueNode() && !member.getValue().isNull()) {
                strings.put(member.getKey().toLowerCase(Locale.ROOT), member.getValue().asText());
              }
            });
    return strings;
  }

  private static byte[] body(JsonNode event) {
    String text = event.path("body").asText("");
    if (!event.path("isBase64Encoded").asBoolean(false)) {
      return text.getBytes(StandardCharsets.UTF_8);
    }
    try {
      return Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      throw new ProblemException(
          Problem.of(400, "The body is not base64, though the event says that it is."));
    }
  }

  /** A header's value; null where the request does not have it. */
  public @Nullable String header(String name) {
    return headers.get(name.toLowerCase(Locale.ROOT));
  }

  /**
   * The body as JSON.
   *
   * @throws ProblemException 415 where it says it is something else, 400 where it is not JSON
   */
  public JsonNode json() {
    String type = header("content-type");
    String media = type == null ? "" : type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    if (!media.equals("application/json") && !media.endsWith("+json")) {
      throw new ProblemException(
          Problem.of(
              415,
              "The content type is "
                  + (type == null ? "missing" : "'" + type + "'")
                  + ": send application/json."));
    }
    try {
      JsonNode json = Json.read(body);
      if (!json.isMissingNode()) {
        return json;
      }
    } catch (IOException e) {
      // reported below: the parser's text would quote the body
    }
    throw new ProblemException(Problem.of(400, "The body is not one JSON value."));
  }
}
