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
 * A response of an HTTP API. Immutable.
 *
 * @param status the HTTP status code
 * @param headers by lower-case name
 * @param cookies cookies to set, each as the value of a {@code set-cookie} header
 * @param body text; empty for no body
 */
public record HttpResponse(
    int status, Map<String, String> headers, List<String> cookies, String body) {

  /** Lambda's limit on the response of a synchronous invocation, in bytes. */
  private static final int MAX_PAYLOAD = 6 * 1024 * 1024;

  /** The most bytes that a char becomes as JSON in UTF-8: a control character, as an escape. */
  private static final int MAX_ESCAPE = 6;

  /** Returns a response with a JSON body. */
  public static HttpResponse json(int status, JsonNode body) {
    return typed(status, "application/json", new String(Json.bytes(body), StandardCharsets.UTF_8));
  }

  /** Returns a response without a body. */
  public static HttpResponse empty(int status) {
    return new HttpResponse(status, Map.of(), List.of(), "");
  }

  /** Returns a response with a body of this media type. */
  public static HttpResponse typed(int status, String type, String body) {
    return new HttpResponse(status, Map.of("content-type", type), List.of(), body);
  }

  /**
   * Returns a problem as {@code application/problem+json}.
   *
   * @param requestId the value of the member {@code instance}
   */
  public static HttpResponse of(Problem problem, String requestId) {
    String body = new String(Json.bytes(problem.json(requestId)), StandardCharsets.UTF_8);
    HttpResponse response = typed(problem.status(), "application/problem+json", body);
    return switch (problem.status()) {
      case 401 -> response.with("www-authenticate", "Bearer");
      case 503 -> response.with("retry-after", "1");
      default -> response;
    };
  }

  /** Reads a response that {@link #payload} wrote. */
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

  /** Returns a copy with this header, which replaces one of the same name. */
  public HttpResponse with(String name, String value) {
    Map<String, String> copy = new TreeMap<>(headers);
    copy.put(name, value);
    return new HttpResponse(status, copy, cookies, body);
  }

  /** Returns a copy with one more cookie, given as the value of a {@code set-cookie} header. */
  public HttpResponse withCookie(String cookie) {
    List<String> copy = new ArrayList<>(cookies);
    copy.add(cookie);
    return new HttpResponse(status, headers, copy, body);
  }

  /**
   * Returns a copy with the headers of every response: the correlation id, and that no cache may
   * keep the response and no browser guess its type.
   */
  HttpResponse completed(HttpRequest request) {
    Map<String, String> copy = new TreeMap<>(headers);
    copy.put("x-correlation-id", request.correlationId());
    copy.put("cache-control", "no-store");
    copy.put("x-content-type-options", "nosniff");
    return new HttpResponse(status, copy, cookies, body);
  }

  /** Returns whether the payload exceeds Lambda's limit. */
  boolean isTooLarge() {
    return body.length() > MAX_PAYLOAD / (MAX_ESCAPE + 1) && payload().length > MAX_PAYLOAD;
  }

  /** Returns the response in payload format 2.0, encoded in UTF-8. */
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
