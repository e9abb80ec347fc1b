package dev.warmpool.functions.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.warmpool.functions.event.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * An answer in the making. Immutable.
 *
 * @param status HTTP's code
 * @param headers by name in lower case
 * @param cookies each as the value of a {@code set-cookie}
 * @param body text; empty for none
 */
public record HttpResponse(
    int status, Map<String, String> headers, List<String> cookies, String body) {

  /** What Lambda takes as an answer, in bytes. */
  private static final int MAX_PAYLOAD = 6 * 1024 * 1024;

  /** The most bytes that JSON makes of a char: an escaped control character. */
  private static final int MAX_ESCAPE = 6;

  /** An answer with a JSON body. */
  public static HttpResponse json(int status, JsonNode body) {
    return typed(status, "application/json", new String(Json.bytes(body), StandardCharsets.UTF_8));
  }

  /** An answer without a body. */
  public static HttpResponse empty(int status) {
    return new HttpResponse(status, Map.of(), List.of(), "");
  }

  /** An answer with a text of this media type. */
  public static HttpResponse typed(int status, String type, String body) {
    return new HttpResponse(status, Map.of("content-type", type), List.of(), body);
  }

  /** A problem as {@code application/problem+json}. */
  public static HttpResponse of(Problem problem, String requestId) {
    String body = new String(Json.bytes(problem.json(requestId)), StandardCharsets.UTF_8);
    HttpResponse response = typed(problem.status(), "application/problem+json", body);
    return switch (problem.status()) {
      case 401 -> response.with("www-authenticate", "Bearer");
      case 503 -> response.with("retry-after", "1");
      default -> response;
    };
  }

  /** Reads what {@link #payload} wrote. */
  static HttpResponse of(JsonNode payload) {
    Map<String, String> headers = new TreeMap<>();
    payload
        .path("headers")
        .properties()
        .forEach(h -> headers.put(h.getKey(), h.getValue().asText()));
    List<String> cookies = new ArrayList<>();
    payload.path("cookies").forEach(cookie -> cookies.add(cookie.asText()));
    return new HttpResponse(
        payload.path("statusCode").asInt(), headers, cookies, payload.path("body").asText());
  }

  /** The same with one more header. */
  public HttpResponse with(String name, String value) {
    Map<String, String> more = new TreeMap<>(headers);
    more.put(name, value);
    return new HttpResponse(status, more, cookies, body);
  }

  /** The same with one more cookie, as the value of a {@code set-cookie}. */
  public HttpResponse setting(String cookie) {
    List<String> more = new ArrayList<>(cookies);
    more.add(cookie);
    return new HttpResponse(status, headers, more, body);
  }

  /** Whether Lambda would refuse to pass it on. */
  boolean isTooLarge() {
    return body.length() > MAX_PAYLOAD / (MAX_ESCAPE + 1) && payload().length > MAX_PAYLOAD;
  }

  /** As API Gateway takes it, payload format 2.0. */
  byte[] payload() {
    ObjectNode payload = Json.object().put("statusCode", status);
    ObjectNode fields = payload.putObject("headers");
    headers.forEach(fields::put);
    if (!cookies.isEmpty()) {
      ArrayNode array = payload.putArray("cookies");
      cookies.forEach(array::add);
    }
    return Json.bytes(payload.put("body", body).put("isBase64Encoded", false));
  }
}
