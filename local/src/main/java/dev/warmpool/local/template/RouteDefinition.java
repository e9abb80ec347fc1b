package dev.warmpool.local.template;

import java.time.Duration;
import java.util.List;

/**
 * A route of the HTTP API. Immutable.
 *
 * @param method upper case, or {@code ANY}
 * @param path with {@code {name}} and {@code {name+}}, or {@code $default}
 * @param function logical id of the function it invokes
 * @param timeout how long the gateway waits for the function
 * @param open whether an authorizer lets it pass without a token
 * @param scopes of which a token needs one; empty where it needs none
 */
public record RouteDefinition(
    String method,
    String path,
    String function,
    Duration timeout,
    boolean open,
    List<String> scopes) {

  /** As long as API Gateway waits at most. */
  public static final Duration MAX_TIMEOUT = Duration.ofSeconds(30);

  /** As API Gateway calls it: {@code GET /users/{id}}, or {@code $default}. */
  public String key() {
    return isDefault() ? path : method + " " + path;
  }

  /** Whether it takes what no other route takes. */
  public boolean isDefault() {
    return path.equals("$default");
  }
}
