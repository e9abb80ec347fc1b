package dev.warmpool.functions.http;

import com.amazonaws.services.lambda.runtime.Context;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A request to an HTTP API, read from an event in payload format 2.0. Members that the event lacks
 * are empty, because API Gateway omits what a request does not have. Immutable, except that the
 * body caches its JSON.
 *
 * @param routeKey the route that API Gateway matched, {@code GET /users/{id}} or {@code $default}
 * @param path path parameters by name, decoded
 * @param query query parameters by name; several values of one name are joined by commas
 * @param headers headers by lower-case name; several values of one name are joined by commas
 * @param cookies cookies, each as {@code name=value}
 * @param caller the verified caller
 * @param body the body, decoded when it is first used
 * @param id the invocation's request id, for logs and problem details
 * @param tenant the tenant that the request's session is bound to; empty before the tenant is
 *     known, and for a request that belongs to none
 */
public record HttpRequest(
    String routeKey,
    Map<String, String> path,
    Map<String, String> query,
    Map<String, String> headers,
    List<String> cookies,
    Caller caller,
    Body body,
    String id,
    Optional<String> tenant) {

  private static final String DEFAULT_ROUTE = "$default";
  private static final int MAX_CORRELATION_ID = 128;

  /** Reads an event; members of a wrong type count as absent. */
  public static HttpRequest of(JsonNode event, Context context) {
    return new HttpRequest(
        event.path("routeKey").asText(DEFAULT_ROUTE),
        strings(event.path("pathParameters"), UnaryOperator.identity()),
        strings(event.path("queryStringParameters"), UnaryOperator.identity()),
        strings(event.path("headers"), name -> name.toLowerCase(Locale.ROOT)),
        strings(event.path("cookies")),
        Caller.of(event, context),
        Body.of(event),
        context.getAwsRequestId(),
        Optional.empty());
  }

  /** Returns the request to log for an event that could not be read. */
  static HttpRequest unreadable(Context context) {
    return new HttpRequest(
        DEFAULT_ROUTE,
        Map.of(),
        Map.of(),
        Map.of(),
        List.of(),
        Caller.UNKNOWN,
        Body.empty(),
        context.getAwsRequestId(),
        Optional.empty());
  }

  private static Map<String, String> strings(JsonNode object, UnaryOperator<String> rename) {
    Map<String, String> strings = new HashMap<>();
    object
        .properties()
        .forEach(
            member -> {
              if (member.getValue().isValueNode() && !member.getValue().isNull()) {
                strings.put(rename.apply(member.getKey()), member.getValue().asText());
              }
            });
    return Map.copyOf(strings);
  }

  private static List<String> strings(JsonNode array) {
    List<String> strings = new ArrayList<>();
    array.forEach(
        value -> {
          if (value.isTextual()) {
            strings.add(value.textValue());
          }
        });
    return List.copyOf(strings);
  }

  /** Returns a header's value; null if the request does not have it. Ignores the name's case. */
  public @Nullable String header(String name) {
    return headers.get(name.toLowerCase(Locale.ROOT));
  }

  /**
   * Returns the id that connects the response with the log: the header {@code X-Correlation-Id} if
   * its value is safe to log (up to 128 letters, digits, dots, hyphens and underscores), otherwise
   * the request id.
   */
  public String correlationId() {
    String sent = headers.getOrDefault("x-correlation-id", "");
    return isCorrelationId(sent) ? sent : id;
  }

  /** Without a pattern, because it is asked several times for each request. */
  private static boolean isCorrelationId(String sent) {
    if (sent.isEmpty() || sent.length() > MAX_CORRELATION_ID) {
      return false;
    }
    for (int i = 0; i < sent.length(); i++) {
      char c = sent.charAt(i);
      if (!(c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9')
          && "._-".indexOf(c) < 0) {
        return false;
      }
    }
    return true;
  }

  /** Returns a copy with these query parameters. */
  HttpRequest withQuery(Map<String, String> query) {
    return new HttpRequest(routeKey, path, query, headers, cookies, caller, body, id, tenant);
  }

  /** Returns a copy that belongs to this tenant. */
  HttpRequest of(String name) {
    return new HttpRequest(
        routeKey, path, query, headers, cookies, caller, body, id, Optional.of(name));
  }
}
