package dev.warmpool.local.gateway;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Events and responses of an HTTP API, in payload format 2.0. Immutable. */
record HttpPayload() implements Payload {

  @Override
  public ObjectNode event(HttpExchange exchange, RouteTable.Match match, byte[] body) {
    return HttpEvent.of(exchange, match, body);
  }

  @Override
  public void authorize(ObjectNode event, Map<String, Object> claims, List<String> scopes) {
    HttpEvent.authorize(event, claims, scopes);
  }

  @Override
  public GatewayResponse response(HttpExchange exchange, byte[] payload) throws IOException {
    return GatewayResponse.of(payload);
  }

  @Override
  public GatewayResponse failed() {
    return GatewayResponse.badFunction();
  }

  @Override
  public GatewayResponse timedOut() {
    return GatewayResponse.unavailable();
  }

  @Override
  public GatewayResponse throttled() {
    return GatewayResponse.unavailable();
  }
}
