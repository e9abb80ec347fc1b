package dev.warmpool.functions;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.warmpool.functions.event.Json;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** An event of the HTTP API in the making, payload format 2.0. Confined. */
public final class Event {

  private final ObjectNode json = Json.object();

  private Event(String routeKey) {
    json.put("version", "2.0").put("routeKey", routeKey);
    json.putObject("headers").put("host", "localhost").put("accept", "*/*");
    json.putObject("requestContext").put("stage", "$default");
  }

  /** For this route, {@code GET /users/{id}}. */
  public static Event of(String routeKey) {
    return new Event(routeKey);
  }

  /** With a parameter in path, query or header. */
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

  /** With a header. */
  public Event header(String name, String value) {
    return with("header", name, value);
  }

  /** With the path's parameter {@code id}. */
  public Event id(long id) {
    return with("path", "id", Long.toString(id));
  }

  /** With a body of JSON. */
  public Event body(String body) {
    json.put("body", body).put("isBase64Encoded", false);
    return header("content-type", "application/json");
  }

  /** With a body as API Gateway passes on what is no text. */
  public Event base64(byte[] body) {
    json.put("body", Base64.getEncoder().encodeToString(body)).put("isBase64Encoded", true);
    return header("content-type", "application/json");
  }

  /** Verified by the JWT authorizer to have this claim. */
  public Event claim(String name, String value) {
    json.withObject("/requestContext/authorizer/jwt/claims").put(name, value);
    return this;
  }

  /** The event, to be changed at will. */
  public ObjectNode json() {
    return json;
  }

  /** As Lambda hands it over. */
  public byte[] bytes() {
    return Json.bytes(json);
  }

  /** A new user's body. */
  public static String user(String email, String name) {
    return new String(
        Json.bytes(Json.object().put("email", email).put("name", name)), StandardCharsets.UTF_8);
  }

  /** Which route an event is for, as the entry sees it. */
  static String routeKey(JsonNode event) {
    return event.path("routeKey").asText("$default");
  }
}
