package dev.warmpool.local.gateway;

import com.sun.net.httpserver.HttpExchange;
import dev.warmpool.local.template.ApiDefinition;
import java.io.IOException;
import java.util.Optional;

/** The events and responses of one kind of API. Implementations are immutable. */
interface Payload {

  /** The payload of an API's routes. */
  static Payload of(ApiDefinition api) {
    return switch (api.format()) {
      case HTTP_API -> new HttpPayload();
      case HTTP_API_1, REST_API -> new ProxyPayload(api);
    };
  }

  /**
   * Builds the event of a request, as JSON.
   *
   * @param caller the accepted token; empty without an authorizer
   */
  byte[] event(HttpExchange exchange, RouteTable.Match match, byte[] body, Optional<Caller> caller);

  /** Converts a function's response. */
  GatewayResponse response(HttpExchange exchange, byte[] payload) throws IOException;

  /** The response if the function failed. */
  GatewayResponse failed();

  /** The response if the function did not respond in time. */
  GatewayResponse timedOut();

  /** The response if the function's concurrency is used up. */
  GatewayResponse throttled();
}
