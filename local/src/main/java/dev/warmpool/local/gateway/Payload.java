package dev.warmpool.local.gateway;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import dev.warmpool.local.template.ApiDefinition;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** The events and responses of one kind of API. Implementations are immutable. */
interface Payload {

  /** The payload of an API's routes. */
  static Payload of(ApiDefinition api) {
    return switch (api.format()) {
      case HTTP_API -> new HttpPayload();
      case HTTP_API_1, REST_API -> new ProxyPayload(api);
    };
  }

  /** Builds the event of a request. */
  ObjectNode event(HttpExchange exchange, RouteTable.Match match, byte[] body);

  /**
   * Adds an accepted token to the event.
   *
   * @param scopes all scopes of the token; empty if the route requires none
   */
  void authorize(ObjectNode event, Map<String, Object> claims, List<String> scopes);

  /** Converts a function's response. */
  GatewayResponse response(HttpExchange exchange, byte[] payload) throws IOException;

  /** The response if the function failed. */
  GatewayResponse failed();

  /** The response if the function did not respond in time. */
  GatewayResponse timedOut();

  /** The response if the function's concurrency is used up. */
  GatewayResponse throttled();
}
