package dev.warmpool.local.gateway;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import dev.warmpool.local.template.RouteDefinition;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Builds API Gateway's event from a request, in payload format 1.0. */
final class ProxyEvent {

  private static final JsonMapper JSON = JsonMapper.builder().build();

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

  static ObjectNode of(HttpExchange exchange, RouteTable.Match match, Body body) {
    RouteDefinition route = match.route();
    ObjectNode event = JSON.createObjectNode();
    if (!route.api().isRest()) {
      event.put("version", "1.0");
    }
    event
        .put("resource", route.path())
        .put("path", exchange.getRequestURI().getPath())
        .put("httpMethod", exchange.getRequestMethod());
    values(event, "headers", "multiValueHeaders", headers(exchange));
    values(
        event,
        "queryStringParameters",
        "multiValueQueryStringParameters",
        query(exchange.getRequestURI().getRawQuery()));
    if (match.parameters().isEmpty()) {
      event.putNull("pathParameters");
    } else {
      match.parameters().forEach(event.putObject("pathParameters")::put);
    }
    event.putNull("stageVariables");
    event.set("requestContext", context(exchange, route));
    body(event, body);
    return event;
  }

  /** Sets the last value of each name, and all of them; null for both without a name. */
  private static void values(
      ObjectNode event, String single, String multi, Map<String, List<String>> values) {
    if (values.isEmpty()) {
      event.putNull(single).putNull(multi);
      return;
    }
    ObjectNode last = event.putObject(single);
    ObjectNode all = event.putObject(multi);
    values.forEach((name, list) -> last.put(name, list.get(list.size() - 1)));
    values.forEach((name, list) -> list.forEach(all.putArray(name)::add));
  }

  /** The client's headers with those that API Gateway adds, each word of a name capitalised. */
  private static Map<String, List<String>> headers(HttpExchange exchange) {
    Map<String, List<String>> headers = new LinkedHashMap<>();
    exchange.getRequestHeaders().forEach((name, values) -> headers.put(capitalised(name), values));
    ObjectNode added = JSON.createObjectNode();
    headers.forEach(
        (name, values) -> added.put(name.toLowerCase(Locale.ROOT), String.join(", ", values)));
    HttpEvent.forwarded(added, exchange);
    for (String name : ADDED) {
      headers.put(name, List.of(added.path(name.toLowerCase(Locale.ROOT)).asText()));
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

  private static ObjectNode context(HttpExchange exchange, RouteDefinition route) {
    ZonedDateTime now = ZonedDateTime.now(ZoneOffset.UTC);
    String path = exchange.getRequestURI().getPath();
    boolean rest = route.api().isRest();
    String id = UUID.randomUUID().toString();
    ObjectNode context =
        JSON.createObjectNode()
            .put("accountId", "123456789012")
            .put("apiId", "local")
            .put("domainName", "localhost")
            .put("domainPrefix", "localhost")
            .put("extendedRequestId", id)
            .put("httpMethod", exchange.getRequestMethod())
            .put("path", rest ? "/" + route.api().stage() + path : path)
            .put("protocol", exchange.getProtocol())
            .put("requestId", id)
            .put("requestTime", HttpEvent.TIME.format(now))
            .put("requestTimeEpoch", now.toInstant().toEpochMilli())
            .put("resourceId", rest ? "local" : route.key())
            .put("resourcePath", route.path())
            .put("stage", route.api().stage());
    identity(context.putObject("identity"), exchange);
    return context;
  }

  private static void identity(ObjectNode identity, HttpExchange exchange) {
    String agent = exchange.getRequestHeaders().getFirst("User-Agent");
    for (String name :
        List.of(
            "accessKey",
            "accountId",
            "caller",
            "cognitoAuthenticationProvider",
            "cognitoAuthenticationType",
            "cognitoIdentityId",
            "cognitoIdentityPoolId",
            "principalOrgId",
            "user",
            "userArn")) {
      identity.putNull(name);
    }
    identity
        .put("sourceIp", HttpEvent.source(exchange))
        .put("userAgent", agent == null ? "" : agent);
  }

  private static void body(ObjectNode event, Body body) {
    boolean text = !body.binary() && HttpEvent.text(body.bytes()).isPresent();
    if (body.bytes().length == 0) {
      event.putNull("body");
    } else if (text) {
      event.put("body", new String(body.bytes(), StandardCharsets.UTF_8));
    } else {
      event.put("body", Base64.getEncoder().encodeToString(body.bytes()));
    }
    event.put("isBase64Encoded", body.bytes().length > 0 && !text);
  }
}
