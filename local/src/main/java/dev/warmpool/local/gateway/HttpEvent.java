package dev.warmpool.local.gateway;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Builds API Gateway's event from a request, in payload format 2.0. */
final class HttpEvent {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("dd/MMM/yyyy:HH:mm:ss Z", Locale.ENGLISH);

  private HttpEvent() {}

  static ObjectNode of(HttpExchange exchange, RouteTable.Match match, byte[] body) {
    Headers headers = exchange.getRequestHeaders();
    String query = exchange.getRequestURI().getRawQuery();
    ObjectNode event = JSON.createObjectNode().put("version", "2.0");
    event.put("routeKey", match.route().key());
    event.put("rawPath", exchange.getRequestURI().getPath());
    event.put("rawQueryString", query == null ? "" : query);
    cookies(event, headers);
    ObjectNode fields = event.putObject("headers");
    headers.forEach(
        (name, values) -> {
          if (!name.equalsIgnoreCase("cookie")) {
            fields.put(name.toLowerCase(Locale.ROOT), String.join(",", values));
          }
        });
    forwarded(fields, exchange);
    parameters(event, "queryStringParameters", query(query));
    parameters(event, "pathParameters", match.parameters());
    event.set("requestContext", context(exchange, match));
    body(event, headers.getFirst("Content-Type"), body);
    return event;
  }

  /** Adds the headers that API Gateway adds; it appends to the client's X-Forwarded-For. */
  static void forwarded(ObjectNode fields, HttpExchange exchange) {
    String sent = fields.path("x-forwarded-for").asText("");
    fields
        .put("x-forwarded-for", sent.isEmpty() ? source(exchange) : sent + ", " + source(exchange))
        .put("x-forwarded-port", "" + exchange.getLocalAddress().getPort())
        .put("x-forwarded-proto", "http");
    if (!fields.has("x-amzn-trace-id")) {
      fields.put("x-amzn-trace-id", traceId());
    }
  }

  private static String traceId() {
    String random = UUID.randomUUID().toString().replace("-", "");
    return "Root=1-%08x-%s".formatted(System.currentTimeMillis() / 1000, random.substring(0, 24));
  }

  static String source(HttpExchange exchange) {
    return exchange.getRemoteAddress().getAddress().getHostAddress();
  }

  /**
   * Adds a token as the JWT authorizer does: every claim as text, and all scopes of the token if
   * the route requires one, otherwise null.
   */
  static void authorize(ObjectNode event, Map<String, Object> claims, List<String> scopes) {
    ObjectNode jwt = event.withObject("/requestContext").putObject("authorizer").putObject("jwt");
    ObjectNode texts = jwt.putObject("claims");
    claims.forEach((name, value) -> texts.put(name, text(value)));
    if (scopes.isEmpty()) {
      jwt.putNull("scopes");
    } else {
      scopes.forEach(jwt.putArray("scopes")::add);
    }
  }

  /** A claim as text. */
  static String text(@Nullable Object claim) {
    if (claim instanceof List<?> list) {
      return list.stream().map(HttpEvent::text).collect(Collectors.joining(" ", "[", "]"));
    }
    return claim instanceof String text ? text : JSON.valueToTree(claim).toString();
  }

  private static void cookies(ObjectNode event, Headers headers) {
    if (headers.containsKey("Cookie")) {
      ArrayNode cookies = event.putArray("cookies");
      headers.get("Cookie").stream()
          .flatMap(header -> Arrays.stream(header.split(";\\s*")))
          .forEach(cookies::add);
    }
  }

  private static void parameters(ObjectNode event, String member, Map<String, String> values) {
    if (!values.isEmpty()) {
      ObjectNode parameters = event.putObject(member);
      values.forEach(parameters::put);
    }
  }

  private static Map<String, String> query(@Nullable String raw) {
    if (raw == null || raw.isEmpty()) {
      return Map.of();
    }
    return Arrays.stream(raw.split("&"))
        .map(pair -> pair.split("=", 2))
        .collect(
            Collectors.toMap(
                pair -> decoded(pair[0]),
                pair -> pair.length < 2 ? "" : decoded(pair[1].replace('+', ' ')),
                (one, other) -> one + "," + other,
                LinkedHashMap::new));
  }

  /** Percent-decodes a text; returns it unchanged if it is malformed. */
  static String decoded(String text) {
    try {
      return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return text;
    }
  }

  private static ObjectNode context(HttpExchange exchange, RouteTable.Match match) {
    ZonedDateTime now = ZonedDateTime.now(ZoneOffset.UTC);
    String agent = exchange.getRequestHeaders().getFirst("User-Agent");
    ObjectNode context =
        JSON.createObjectNode()
            .put("accountId", "123456789012")
            .put("apiId", "local")
            .put("domainName", "localhost")
            .put("domainPrefix", "localhost")
            .put("requestId", UUID.randomUUID().toString())
            .put("routeKey", match.route().key())
            .put("stage", "$default")
            .put("time", TIME.format(now))
            .put("timeEpoch", now.toInstant().toEpochMilli());
    context
        .putObject("http")
        .put("method", exchange.getRequestMethod())
        .put("path", exchange.getRequestURI().getPath())
        .put("protocol", exchange.getProtocol())
        .put("sourceIp", source(exchange))
        .put("userAgent", agent == null ? "" : agent);
    return context;
  }

  private static void body(ObjectNode event, @Nullable String type, byte[] body) {
    Optional<String> text = isText(type == null ? "" : type) ? text(body) : Optional.empty();
    boolean binary = body.length > 0 && text.isEmpty();
    if (body.length > 0) {
      event.put("body", text.orElseGet(() -> Base64.getEncoder().encodeToString(body)));
    }
    event.put("isBase64Encoded", binary);
  }

  /** The body as text; empty if it is not valid UTF-8. */
  static Optional<String> text(byte[] body) {
    try {
      return Optional.of(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }

  /** Whether API Gateway passes a body of this type on as text, not as Base64. */
  static boolean isText(String type) {
    String media = type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    return media.startsWith("text/")
        || media.equals("application/json")
        || media.endsWith("+json")
        || media.equals("application/xml")
        || media.equals("application/javascript");
  }
}
