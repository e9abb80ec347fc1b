package dev.warmpool.functions.http;

import com.amazonaws.services.lambda.runtime.Context;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A request as the HTTP API's payload format 2.0 tells it. Immutable. What an event lacks is empty
 * here: API Gateway leaves out what a request does not have.
 *
 * @param routeKey the route that API Gateway matched, {@code GET /users/{id}} or {@code $default}
 * @param path by name, decoded
 * @param query by name, values of one name joined by commas
 * @param headers by name in lower case, values of one name joined by commas
 * @param cookies each {@code name=value}
 * @param caller who calls
 * @param body decoded when it is asked for
 * @param id of the invocation, for logs and problems
 */
public record HttpRequest(
    String routeKey,
    Map<String, String> path,
    Map<String, String> query,
    Map<String, String> headers,
    List<String> cookies,
    Caller caller,
    Body body,
    String id) {

  private static final String DEFAULT_ROUTE = "$default";
  private static final Pattern CORRELATION_ID = Pattern.compile("[A-Za-z0-9._-]{1,128}");

  /** Reads an event. */
  public static HttpRequest of(JsonNode event, Context context) {
    return new HttpRequest(
        event.path("routeKey").asText(DEFAULT_ROUTE),
        strings(event.path("pathParameters"), UnaryOperator.identity()),
        strings(event.path("queryStringParameters"), UnaryOperator.identity()),
        strings(event.path("headers"), name -> name.toLowerCase(Locale.ROOT)),
        strings(event.path("cookies")),
        Caller.of(event, context),
        Body.of(event),
        context.getAwsRequestId());
  }

  /** What stands for an event that cannot be read. */
  static HttpRequest unread(Context context) {
    return new HttpRequest(
        DEFAULT_ROUTE,
        Map.of(),
        Map.of(),
        Map.of(),
        List.of(),
        new Caller(null, null),
        Body.empty(),
        context.getAwsRequestId());
  }

  private static Map<String, String> strings(JsonNode object, UnaryOperator<String> named) {
    Map<String, String> strings = new HashMap<>();
    object
        .properties()
        .forEach(
            member -> {
              if (member.getValue().isValueNode() && !member.getValue().isNull()) {
                strings.put(named.apply(member.getKey()), member.getValue().asText());
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

  /** A header's value; null where the request does not have it. */
  public @Nullable String header(String name) {
    return headers.get(name.toLowerCase(Locale.ROOT));
  }

  /** What ties the answer to the log: the caller's own where it is fit to be logged, or the id. */
  public String correlationId() {
    String own = headers.getOrDefault("x-correlation-id", "");
    return CORRELATION_ID.matcher(own).matches() ? own : id;
  }

  /** The same with these query parameters. */
  HttpRequest querying(Map<String, String> query) {
    return new HttpRequest(routeKey, path, query, headers, cookies, caller, body, id);
  }
}
