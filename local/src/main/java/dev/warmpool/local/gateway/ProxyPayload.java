package dev.warmpool.local.gateway;

import com.amazonaws.services.lambda.runtime.events.APIGatewayProxyRequestEvent;
import com.sun.net.httpserver.HttpExchange;
import dev.warmpool.local.template.ApiDefinition;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
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
  public byte[] event(
      HttpExchange exchange, RouteTable.Match match, byte[] body, Optional<Caller> caller) {
    String type = exchange.getRequestHeaders().getFirst("Content-Type");
    boolean binary = api.isRest() ? isBinary(type) : !HttpEvent.isText(type == null ? "" : type);
    APIGatewayProxyRequestEvent event =
        ProxyEvent.of(exchange, match, new ProxyEvent.Body(body, binary));
    caller.ifPresent(token -> event.getRequestContext().setAuthorizer(authorizer(token)));
    return EventJson.of(event);
  }

  /** As of a Cognito authorizer of a REST API, or of a JWT authorizer of an HTTP API. */
  private Map<String, Object> authorizer(Caller caller) {
    Map<String, Object> authorizer = new LinkedHashMap<>();
    authorizer.put("claims", caller.texts());
    if (!api.isRest()) {
      authorizer.put("scopes", caller.granted());
    }
    return authorizer;
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
