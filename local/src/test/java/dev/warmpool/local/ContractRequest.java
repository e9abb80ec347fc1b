package dev.warmpool.local;

import java.net.http.HttpResponse;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * A request to a route of the contract; the methods return changed copies. Immutable.
 *
 * @param route method and path, as the contract names the route
 * @param query query string with its question mark; empty for none
 * @param body request body; empty for none
 * @param headers request headers
 */
record ContractRequest(String route, String query, String body, Map<String, String> headers) {

  /** A valid request. */
  static ContractRequest valid(String route) {
    String body =
        switch (route) {
          case "POST /users" -> "{\"email\":\"grace@example.org\",\"name\":\"Grace\"}";
          case "PATCH /users/{id}" -> "{\"name\":\"Ada King\"}";
          case "POST /users/clear" -> "{\"ids\":[1,2]}";
          default -> "";
        };
    return new ContractRequest(route, "", body, Map.of());
  }

  /** Replaces all headers by this one. */
  ContractRequest with(String name, String value) {
    return new ContractRequest(route, query, body, Map.of(name, value));
  }

  ContractRequest body(String other) {
    return new ContractRequest(route, query, other, headers);
  }

  ContractRequest query(String other) {
    return new ContractRequest(route, other, body, headers);
  }

  CompletableFuture<HttpResponse<String>> send(ProjectStack stack) {
    String[] parts = route.split(" ");
    return stack.http().sendAsync(parts[0], parts[1].replace("{id}", "1") + query, body, headers);
  }
}
