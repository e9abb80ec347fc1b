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

/**
 * What a response is made of, payload format 2.0.
 *
 * @param headers of the response
 * @param body empty for none
 */
record GatewayResponse(int status, Headers headers, byte[] body) {

  /** What the gateway says itself. */
  private static final Set<String> GATEWAYS_OWN =
      Set.of("connection", "content-length", "date", "keep-alive", "transfer-encoding", "upgrade");

  private static final int MIN_STATUS = 200;
  private static final int MAX_STATUS = 599;
  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** An answer of the gateway's own. */
  static GatewayResponse message(int status, String text) {
    Headers headers = new Headers();
    headers.set("content-type", "application/json");
    return new GatewayResponse(status, headers, bytes("{\"message\":\"" + text + "\"}"));
  }

  /** The gateway's answer for a function whose answer it cannot use. */
  static GatewayResponse unusable() {
    return message(500, "Internal Server Error");
  }

  /** Of what a function answered; {@link #unusable} where that is no response. */
  static GatewayResponse of(byte[] payload) throws IOException {
    try {
      JsonNode answer = JSON.readTree(payload);
      if (answer.isMissingNode()) {
        return unusable();
      }
      return answer.has("statusCode") ? response(answer) : whole(answer, payload);
    } catch (JsonProcessingException | IllegalArgumentException e) {
      return unusable();
    }
  }

  /** Without a status, the answer is the body. */
  private static GatewayResponse whole(JsonNode answer, byte[] payload) {
    Headers headers = new Headers();
    headers.set("content-type", "application/json");
    return new GatewayResponse(200, headers, answer.isTextual() ? bytes(answer.asText()) : payload);
  }

  private static GatewayResponse response(JsonNode answer) {
    Headers headers = new Headers();
    answer
        .path("headers")
        .properties()
        .forEach(header -> header(headers, header.getKey(), text(header.getValue())));
    answer.path("cookies").forEach(cookie -> headers.add("set-cookie", text(cookie)));
    String text = text(answer.path("body"));
    byte[] body =
        answer.path("isBase64Encoded").asBoolean(false)
            ? Base64.getDecoder().decode(text)
            : bytes(text);
    if (body.length > 0 && !headers.containsKey("content-type")) {
      headers.set("content-type", "text/plain; charset=utf-8");
    }
    return new GatewayResponse(status(answer.get("statusCode")), headers, body);
  }

  private static void header(Headers headers, String name, String value) {
    if (!GATEWAYS_OWN.contains(name.toLowerCase(Locale.ROOT))) {
      headers.set(name, value);
    }
  }

  private static int status(JsonNode status) {
    int number = Integer.parseInt(text(status));
    if (number < MIN_STATUS || number > MAX_STATUS) {
      throw new IllegalArgumentException("no status of a response: " + number);
    }
    return number;
  }

  /** A scalar as text; nothing where there is none. */
  private static String text(JsonNode node) {
    if (node.isContainerNode()) {
      throw new IllegalArgumentException("no text: " + node);
    }
    return node.asText("");
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
