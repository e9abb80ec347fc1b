package dev.warmpool.local.gateway;

import com.amazonaws.services.lambda.runtime.events.APIGatewayProxyRequestEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayProxyRequestEvent.ProxyRequestContext;
import com.amazonaws.services.lambda.runtime.events.APIGatewayProxyRequestEvent.RequestIdentity;
import com.sun.net.httpserver.HttpExchange;
import dev.warmpool.local.template.RouteDefinition;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Builds API Gateway's event from a request, in payload format 1.0. */
final class ProxyEvent {

  private static final List<String> ADDED =
      List.of("X-Forwarded-For", "X-Forwarded-Port", "X-Forwarded-Proto", "X-Amzn-Trace-Id");

  private static final Pattern WORD = Pattern.compile("(?<![^-])[a-z]");

  private ProxyEvent() {}

  /**
   * A request's body.
   *
   * @param bytes the bytes; empty without a body
   * @param binary whether they are passed on as Base64 even if they are text
   */
  record Body(byte[] bytes, boolean binary) {}

  static APIGatewayProxyRequestEvent of(HttpExchange exchange, RouteTable.Match match, Body body) {
    RouteDefinition route = match.route();
    Map<String, List<String>> headers = headers(exchange);
    Map<String, List<String>> query = query(exchange.getRequestURI().getRawQuery());
    Optional<String> text = body.binary() ? Optional.empty() : HttpEvent.text(body.bytes());
    boolean empty = body.bytes().length == 0;
    return new APIGatewayProxyRequestEvent()
        .withVersion(route.api().isRest() ? null : "1.0")
        .withResource(route.path())
        .withPath(exchange.getRequestURI().getPath())
        .withHttpMethod(exchange.getRequestMethod())
        .withHeaders(last(headers))
        .withMultiValueHeaders(orNull(headers))
        .withQueryStringParameters(last(query))
        .withMultiValueQueryStringParameters(orNull(query))
        .withPathParameters(orNull(match.parameters()))
        .withRequestContext(context(exchange, route))
        .withBody(empty ? null : text.orElseGet(() -> HttpEvent.base64(body.bytes())))
        .withIsBase64Encoded(!empty && text.isEmpty());
  }

  private static <T> @Nullable Map<String, T> orNull(Map<String, T> values) {
    return values.isEmpty() ? null : values;
  }

  /** The last value of each name; null without a name. */
  private static @Nullable Map<String, String> last(Map<String, List<String>> values) {
    Map<String, String> last = new LinkedHashMap<>();
    values.forEach((name, list) -> last.put(name, list.get(list.size() - 1)));
    return orNull(last);
  }

  /** The client's headers with those that API Gateway adds, each word of a name capitalised. */
  private static Map<String, List<String>> headers(HttpExchange exchange) {
    Map<String, List<String>> headers = new LinkedHashMap<>();
    exchange.getRequestHeaders().forEach((name, values) -> headers.put(capitalised(name), values));
    Map<String, String> added = new LinkedHashMap<>();
    headers.forEach(
        (name, values) -> added.put(name.toLowerCase(Locale.ROOT), String.join(", ", values)));
    HttpEvent.forwarded(added, exchange);
    for (String name : ADDED) {
      headers.put(name, List.of(added.getOrDefault(name.toLowerCase(Locale.ROOT), "")));
    }
    return headers;
  }

  private static String capitalised(String name) {
    return WORD.matcher(name.toLowerCase(Locale.ROOT))
        .replaceAll(word -> word.group().toUpperCase(Locale.ROOT));
  }

  private static Map<String, List<String>> query(@Nullable String raw) {
    Map<String, List<String>> values = new LinkedHashMap<>();
    if (raw != null && !raw.isEmpty()) {
      for (String part : raw.split("&")) {
        String[] pair = part.replace('+', ' ').split("=", 2);
        values
            .computeIfAbsent(HttpEvent.decoded(pair[0]), name -> new ArrayList<>())
            .add(pair.length < 2 ? "" : HttpEvent.decoded(pair[1]));
      }
    }
    return values;
  }

  private static ProxyRequestContext context(HttpExchange exchange, RouteDefinition route) {
    ZonedDateTime now = ZonedDateTime.now(ZoneOffset.UTC);
    String path = exchange.getRequestURI().getPath();
    boolean rest = route.api().isRest();
    String id = UUID.randomUUID().toString();
    return new ProxyRequestContext()
        .withAccountId("123456789012")
        .withApiId("local")
        .withDomainName("localhost")
        .withDomainPrefix("localhost")
        .withExtendedRequestId(id)
        .withHttpMethod(exchange.getRequestMethod())
        .withIdentity(
            new RequestIdentity()
                .withSourceIp(HttpEvent.source(exchange))
                .withUserAgent(HttpEvent.agent(exchange)))
        .withPath(rest ? "/" + route.api().stage() + path : path)
        .withProtocol(exchange.getProtocol())
        .withRequestId(id)
        .withRequestTime(HttpEvent.TIME.format(now))
        .withRequestTimeEpoch(now.toInstant().toEpochMilli())
        .withResourceId(rest ? "local" : route.key())
        .withResourcePath(route.path())
        .withStage(route.api().stage());
  }
}
