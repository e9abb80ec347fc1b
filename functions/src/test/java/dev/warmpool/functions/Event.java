package dev.warmpool.functions;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.warmpool.functions.event.Json;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * Builds an event of the HTTP API in payload format 2.0, as a tree and not as AWS's type: tests
 * also send members that the type cannot hold. {@link EventTypesTest} reads one as the type.
 * Confined to one thread.
 */
public final class Event {

  private final ObjectNode json = Json.object();

  private Event(String routeKey) {
    json.put("version", "2.0").put("routeKey", routeKey);
    json.putObject("headers").put("host", "localhost").put("accept", "*/*");
    json.putObject("requestContext").put("stage", "$default");
  }

  /** Starts an event for a route key such as {@code GET /users/{id}}. */
  public static Event of(String routeKey) {
    return new Event(routeKey);
  }

  /** Adds a parameter in path, query or header. */
  public Event with(String in, String name, String value) {
    String member =
        switch (in) {
          case "path" -> "pathParameters";
          case "query" -> "queryStringParameters";
          default -> "headers";
        };
    if (!json.path(member).isObject()) {
      json.putObject(member);
    }
    json.withObjectProperty(member).put(name, value);
    return this;
  }

  /** Adds a header. */
  public Event header(String name, String value) {
    return with("header", name, value);
  }

  /** Adds the path parameter {@code id}. */
  public Event id(long id) {
    return with("path", "id", Long.toString(id));
  }

  /** Sets a JSON body. */
  public Event body(String body) {
    json.put("body", body).put("isBase64Encoded", false);
    return header("content-type", "application/json");
  }

  /** Sets a JSON body in base64, as API Gateway encodes a body that is not text. */
  public Event base64(byte[] body) {
    json.put("body", Base64.getEncoder().encodeToString(body)).put("isBase64Encoded", true);
    return header("content-type", "application/json");
  }

  /** Adds a claim that the JWT authorizer verified. */
  public Event claim(String name, String value) {
    json.withObject("/requestContext/authorizer/jwt/claims").put(name, value);
    return this;
  }

  /** Returns the event for direct changes. */
  public ObjectNode json() {
    return json;
  }

  /** Returns the event encoded in UTF-8. */
  public byte[] bytes() {
    return Json.bytes(json);
  }

  /** Returns the body of a request that creates a user. */
  public static String user(String email, String name) {
    return new String(
        Json.bytes(Json.object().put("email", email).put("name", name)), StandardCharsets.UTF_8);
  }

  /** Returns the route key of an event as the handler reads it. */
  static String routeKey(JsonNode event) {
    return event.path("routeKey").asText("$default");
  }
}
