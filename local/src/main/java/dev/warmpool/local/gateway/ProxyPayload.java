package dev.warmpool.local.gateway;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import dev.warmpool.local.template.ApiDefinition;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Events and responses of a Lambda proxy integration, payload format 1.0: of a REST API, and of an
 * HTTP API that asks for this format. Immutable.
 *
 * @param api the API
 */
record ProxyPayload(ApiDefinition api) implements Payload {

  @Override
  public ObjectNode event(HttpExchange exchange, RouteTable.Match match, byte[] body) {
    String type = exchange.getRequestHeaders().getFirst("Content-Type");
    boolean binary = api.isRest() ? isBinary(type) : !HttpEvent.isText(type == null ? "" : type);
    return ProxyEvent.of(exchange, match, new ProxyEvent.Body(body, binary));
  }

  /** As a Cognito authorizer of a REST API does, or a JWT authorizer of an HTTP API. */
  @Override
  public void authorize(ObjectNode event, Map<String, Object> claims, List<String> scopes) {
    if (api.isRest()) {
      ObjectNode texts =
          event.withObject("/requestContext").putObject("authorizer").putObject("claims");
      claims.forEach((name, value) -> texts.put(name, HttpEvent.text(value)));
    } else {
      HttpEvent.authorize(event, claims, scopes);
    }
  }

  @Override
  public GatewayResponse response(HttpExchange exchange, byte[] payload) throws IOException {
    return GatewayResponse.ofProxy(
        payload,
        headers ->
            !api.isRest()
                || isBinary(first(exchange.getRequestHeaders().getFirst("Accept")))
                || isBinary(headers.getFirst("content-type")),
        failed());
  }

  private static @Nullable String first(@Nullable String accept) {
    return accept == null ? null : accept.split(",", 2)[0];
  }

  /** Whether the API treats bodies of this type as bytes. */
  private boolean isBinary(@Nullable String type) {
    String media = type == null ? "" : type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    return Stream.of("*/*", media, media.replaceFirst("/.*", "/*"))
        .anyMatch(api.binaryTypes()::contains);
  }

  @Override
  public GatewayResponse failed() {
    return api.isRest()
        ? GatewayResponse.message(502, "Internal server error")
        : GatewayResponse.badFunction();
  }

  @Override
  public GatewayResponse timedOut() {
    return api.isRest()
        ? GatewayResponse.message(504, "Endpoint request timed out")
        : GatewayResponse.unavailable();
  }

  @Override
  public GatewayResponse throttled() {
    return api.isRest()
        ? GatewayResponse.message(500, "Internal server error")
        : GatewayResponse.unavailable();
  }
}
