package dev.warmpool.local.gateway;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.Headers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;

/**
 * An HTTP response of the gateway, made from a function's response.
 *
 * @param status HTTP status
 * @param headers response headers
 * @param body body; empty for none
 */
record GatewayResponse(int status, Headers headers, byte[] body) {

  /** Headers that only the gateway sets; a function's are dropped. */
  private static final Set<String> GATEWAY_HEADERS =
      Set.of("connection", "content-length", "date", "keep-alive", "transfer-encoding", "upgrade");

  private static final int MIN_STATUS = 200;
  private static final int MAX_STATUS = 599;
  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** A response of the gateway itself, without a function. */
  static GatewayResponse message(int status, String text) {
    Headers headers = new Headers();
    headers.set("content-type", "application/json");
    return new GatewayResponse(status, headers, bytes("{\"message\":\"" + text + "\"}"));
  }

  /** The gateway's response if a function fails or its response is malformed. */
  static GatewayResponse badFunction() {
    return message(500, "Internal Server Error");
  }

  /** The response of an HTTP API if the function cannot be waited for. */
  static GatewayResponse unavailable() {
    return message(503, "Service Unavailable");
  }

  /**
   * Converts a function's response in payload format 1.0.
   *
   * @param decodes whether a Base64 body is decoded, by the response's headers
   * @param malformed the response if the function's is malformed
   */
  static GatewayResponse ofProxy(
      byte[] payload, Predicate<Headers> decodes, GatewayResponse malformed) throws IOException {
    try {
      JsonNode answer = JSON.readTree(payload);
      if (!answer.has("statusCode")) {
        return malformed;
      }
      Headers headers = headers(answer);
      multiple(headers, answer.path("multiValueHeaders"));
      boolean encoded = answer.path("isBase64Encoded").asBoolean(false) && decodes.test(headers);
      return new GatewayResponse(
          status(answer.get("statusCode")),
          typed(headers, "application/json"),
          body(answer, encoded));
    } catch (JsonProcessingException | IllegalArgumentException e) {
      return malformed;
    }
  }

  /** Converts a function's response in payload format 2.0; another one if it is malformed. */
  static GatewayResponse of(byte[] payload) throws IOException {
    try {
      JsonNode answer = JSON.readTree(payload);
      if (answer.isMissingNode()) {
        return badFunction();
      }
      return answer.has("statusCode") ? response(answer) : whole(answer, payload);
    } catch (JsonProcessingException | IllegalArgumentException e) {
      return badFunction();
    }
  }

  /** A function's response without {@code statusCode} is the body, with status 200. */
  private static GatewayResponse whole(JsonNode answer, byte[] payload) {
    Headers headers = new Headers();
    headers.set("content-type", "application/json");
    return new GatewayResponse(200, headers, answer.isTextual() ? bytes(answer.asText()) : payload);
  }

  private static GatewayResponse response(JsonNode answer) {
    Headers headers = headers(answer);
    answer.path("cookies").forEach(cookie -> headers.add("set-cookie", text(cookie)));
    byte[] body = body(answer, answer.path("isBase64Encoded").asBoolean(false));
    return new GatewayResponse(
        status(answer.get("statusCode")),
        body.length > 0 ? typed(headers, "text/plain; charset=utf-8") : headers,
        body);
  }

  private static Headers headers(JsonNode answer) {
    Headers headers = new Headers();
    answer
        .path("headers")
        .properties()
        .forEach(header -> header(headers, header.getKey(), text(header.getValue())));
    return headers;
  }

  /**
   * Adds the values of {@code multiValueHeaders}; a name that {@code headers} has too counts once.
   */
  private static void multiple(Headers headers, JsonNode lists) {
    for (var list : lists.properties()) {
      String single = headers.getFirst(list.getKey());
      for (JsonNode value : list.getValue()) {
        if (!text(value).equals(single)
            && !GATEWAY_HEADERS.contains(list.getKey().toLowerCase(Locale.ROOT))) {
          headers.add(list.getKey(), text(value));
        }
      }
    }
  }

  private static Headers typed(Headers headers, String type) {
    if (!headers.containsKey("content-type")) {
      headers.set("content-type", type);
    }
    return headers;
  }

  private static byte[] body(JsonNode answer, boolean encoded) {
    String text = text(answer.path("body"));
    return encoded ? Base64.getDecoder().decode(text) : bytes(text);
  }

  private static void header(Headers headers, String name, String value) {
    if (!GATEWAY_HEADERS.contains(name.toLowerCase(Locale.ROOT))) {
      headers.set(name, value);
    }
  }

  private static int status(JsonNode status) {
    int number = Integer.parseInt(text(status));
    if (number < MIN_STATUS || number > MAX_STATUS) {
      throw new IllegalArgumentException("invalid status: " + number);
    }
    return number;
  }

  /** A scalar as text; empty for null or a missing node. */
  private static String text(JsonNode node) {
    if (node.isContainerNode()) {
      throw new IllegalArgumentException("not a scalar: " + node);
    }
    return node.asText("");
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
