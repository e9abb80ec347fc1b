package dev.warmpool.local.gateway;

import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpExchange;
import dev.warmpool.local.template.FunctionDefinition;
import java.io.IOException;
import java.util.Base64;
import java.util.Optional;

/** Reads the headers of a call that reach the function beside its event. */
final class InvokeContext {

  /** Lambda's limit on the header, in bytes. */
  private static final int MAX_CLIENT_CONTEXT = 3_583;

  /** A header of the Runtime API has it, so it stands on one line and is ASCII. */
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

  private InvokeContext() {}

  /** The client context, as JSON. */
  static Optional<String> client(HttpExchange exchange) {
    return header(exchange, "X-Amz-Client-Context").map(InvokeContext::decoded);
  }

  private static String decoded(String header) {
    try {
      JsonNode context = JSON.readTree(Base64.getDecoder().decode(header));
      if (header.length() <= MAX_CLIENT_CONTEXT && context.isObject()) {
        return JSON.writeValueAsString(context);
      }
    } catch (IOException | IllegalArgumentException e) {
      // refused below
    }
    throw InvokeFault.content(
        header.length() > MAX_CLIENT_CONTEXT
            ? "Client context must be at most %d bytes.".formatted(MAX_CLIENT_CONTEXT)
            : "Client context must be a valid Base64-encoded JSON object.");
  }

  /** The tenant: required by a function whose environments are each for one, and by no other. */
  static Optional<String> tenant(HttpExchange exchange, FunctionDefinition function) {
    Optional<String> tenant = header(exchange, "X-Amz-Tenant-Id");
    if (tenant.isPresent() && !function.calling().perTenant()) {
      throw InvokeFault.parameter(
          "The invoked function is not enabled with tenancy configuration. Remove the tenant ID"
              + " from your request and try again.");
    }
    if (tenant.isEmpty() && function.calling().perTenant()) {
      throw InvokeFault.parameter(
          "The invoked function is enabled with tenancy configuration. Add a valid tenant ID in"
              + " your request and try again.");
    }
    return tenant;
  }

  private static Optional<String> header(HttpExchange exchange, String name) {
    return Optional.ofNullable(exchange.getRequestHeaders().getFirst(name))
        .filter(value -> !value.isEmpty());
  }
}
