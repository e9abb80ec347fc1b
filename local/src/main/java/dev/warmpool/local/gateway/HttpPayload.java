package dev.warmpool.local.gateway;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.util.Optional;

/** Events and responses of an HTTP API, in payload format 2.0. Immutable. */
record HttpPayload() implements Payload {

  @Override
  public byte[] event(
      HttpExchange exchange, RouteTable.Match match, byte[] body, Optional<Caller> caller) {
    return EventJson.of(HttpEvent.of(exchange, match, body, caller));
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
