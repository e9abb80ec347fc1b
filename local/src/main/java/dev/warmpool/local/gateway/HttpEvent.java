package dev.warmpool.local.gateway;

import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent;
import com.amazonaws.services.lambda.runtime.events.APIGatewayV2HTTPEvent.RequestContext;
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
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Builds API Gateway's event from a request, in payload format 2.0. */
final class HttpEvent {

  static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("dd/MMM/yyyy:HH:mm:ss Z", Locale.ENGLISH);

  private HttpEvent() {}

  static APIGatewayV2HTTPEvent of(
      HttpExchange exchange, RouteTable.Match match, byte[] body, Optional<Caller> caller) {
    Headers headers = exchange.getRequestHeaders();
    String query = exchange.getRequestURI().getRawQuery();
    Optional<String> text =
        isText(Objects.requireNonNullElse(headers.getFirst("Content-Type"), ""))
            ? text(body)
            : Optional.empty();
    return APIGatewayV2HTTPEvent.builder()
        .withVersion("2.0")
        .withRouteKey(match.route().key())
        .withRawPath(exchange.getRequestURI().getPath())
        .withRawQueryString(query == null ? "" : query)
        .withCookies(cookies(headers))
        .withHeaders(fields(exchange))
        .withQueryStringParameters(orNull(query(query)))
        .withPathParameters(orNull(match.parameters()))
        .withRequestContext(context(exchange, match, caller))
        .withBody(body.length == 0 ? null : text.orElseGet(() -> base64(body)))
        .withIsBase64Encoded(body.length > 0 && text.isEmpty())
        .build();
  }

  static String base64(byte[] body) {
    return Base64.getEncoder().encodeToString(body);
  }

  private static Map<String, String> fields(HttpExchange exchange) {
    Map<String, String> fields = new LinkedHashMap<>();
    exchange
        .getRequestHeaders()
        .forEach(
            (name, values) -> fields.put(name.toLowerCase(Locale.ROOT), String.join(",", values)));
    fields.remove("cookie");
    forwarded(fields, exchange);
    return fields;
  }

  /** Adds the headers that API Gateway adds; it appends to the client's X-Forwarded-For. */
  static void forwarded(Map<String, String> fields, HttpExchange exchange) {
    fields.merge(
        "x-forwarded-for",
        source(exchange),
        (sent, here) -> sent.isEmpty() ? here : sent + ", " + here);
    fields.put("x-forwarded-port", "" + exchange.getLocalAddress().getPort());
    fields.put("x-forwarded-proto", "http");
    fields.putIfAbsent("x-amzn-trace-id", traceId());
  }

  private static String traceId() {
    String random = UUID.randomUUID().toString().replace("-", "");
    return "Root=1-%08x-%s".formatted(System.currentTimeMillis() / 1000, random.substring(0, 24));
  }

  static String source(HttpExchange exchange) {
    return exchange.getRemoteAddress().getAddress().getHostAddress();
  }

  private static @Nullable List<String> cookies(Headers headers) {
    return headers.containsKey("Cookie")
        ? headers.get("Cookie").stream()
            .flatMap(header -> Arrays.stream(header.split(";\\s*")))
            .toList()
        : null;
  }

  private static @Nullable Map<String, String> orNull(Map<String, String> values) {
    return values.isEmpty() ? null : values;
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

  private static RequestContext context(
      HttpExchange exchange, RouteTable.Match match, Optional<Caller> caller) {
    ZonedDateTime now = ZonedDateTime.now(ZoneOffset.UTC);
    return RequestContext.builder()
        .withAccountId("123456789012")
        .withApiId("local")
        .withDomainName("localhost")
        .withDomainPrefix("localhost")
        .withHttp(http(exchange))
        .withRequestId(UUID.randomUUID().toString())
        .withRouteKey(match.route().key())
        .withStage("$default")
        .withTime(TIME.format(now))
        .withTimeEpoch(now.toInstant().toEpochMilli())
        .withAuthorizer(caller.map(HttpEvent::authorizer).orElse(null))
        .build();
  }

  private static RequestContext.Http http(HttpExchange exchange) {
    return RequestContext.Http.builder()
        .withMethod(exchange.getRequestMethod())
        .withPath(exchange.getRequestURI().getPath())
        .withProtocol(exchange.getProtocol())
        .withSourceIp(source(exchange))
        .withUserAgent(agent(exchange))
        .build();
  }

  static String agent(HttpExchange exchange) {
    return Objects.requireNonNullElse(exchange.getRequestHeaders().getFirst("User-Agent"), "");
  }

  private static RequestContext.Authorizer authorizer(Caller caller) {
    return RequestContext.Authorizer.builder()
        .withJwt(
            RequestContext.Authorizer.JWT
                .builder()
                .withClaims(caller.texts())
                .withScopes(caller.granted())
                .build())
        .build();
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
