package dev.warmpool.functions.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.warmpool.functions.event.Json;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/**
 * An answer in the making. Immutable.
 *
 * @param status HTTP's code
 * @param headers by name in lower case
 * @param body text; empty for none
 */
public record HttpResponse(int status, Map<String, String> headers, String body) {

  /** An answer with a JSON body. */
  public static HttpResponse json(int status, JsonNode body) {
    return typed(status, "application/json", body);
  }

  /** An answer without a body. */
  public static HttpResponse empty(int status) {
    return new HttpResponse(status, Map.of(), "");
  }

  /** A problem as {@code application/problem+json}. */
  public static HttpResponse of(Problem problem, String requestId) {
    HttpResponse response =
        typed(problem.status(), "application/problem+json", problem.json(requestId));
    return problem.status() == 503 ? response.with("retry-after", "1") : response;
  }

  private static HttpResponse typed(int status, String type, JsonNode body) {
    String text = new String(Json.bytes(body), StandardCharsets.UTF_8);
    return new HttpResponse(status, Map.of("content-type", type), text);
  }

  /** The same with one more header. */
  public HttpResponse with(String name, String value) {
    Map<String, String> more = new TreeMap<>(headers);
    more.put(name, value);
    return new HttpResponse(status, more, body);
  }

  /** As API Gateway takes it, payload format 2.0. */
  byte[] payload() {
    ObjectNode payload = Json.object().put("statusCode", status);
    ObjectNode fields = payload.putObject("headers");
    headers.forEach(fields::put);
    return Json.bytes(payload.put("body", body).put("isBase64Encoded", false));
  }
}
