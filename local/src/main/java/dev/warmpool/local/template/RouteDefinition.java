package dev.warmpool.local.template;

import java.time.Duration;
import java.util.List;

/**
 * A route of an HTTP API or a REST API. Immutable.
 *
 * @param method HTTP method in upper case, or {@code ANY}
 * @param path path with parameters {@code {name}} and {@code {name+}}, or {@code $default}
 * @param function logical id of the function
 * @param timeout limit on the gateway's wait for the function
 * @param open whether the route needs no token even with an authorizer
 * @param scopes scopes of which a token needs at least one; empty if it needs none
 * @param api the API to which it belongs
 */
public record RouteDefinition(
    String method,
    String path,
    String function,
    Duration timeout,
    boolean open,
    List<String> scopes,
    ApiDefinition api) {

  /** API Gateway's upper limit on the wait. */
  public static final Duration MAX_TIMEOUT = Duration.ofSeconds(30);

  /** API Gateway's route key: {@code GET /users/{id}}, or {@code $default}. */
  public String key() {
    return isDefault() ? path : method + " " + path;
  }

  /** Whether this is the route of requests that match no other. */
  public boolean isDefault() {
    return path.equals("$default");
  }

  /** Whether a GET request to its path as it stands reaches it. */
  public boolean isPage() {
    return (method.equals("GET") || method.equals("ANY")) && !isDefault() && !path.contains("{");
  }
}
