package dev.warmpool.local.template;

/**
 * A route of the HTTP API. Immutable.
 *
 * @param method upper case, or {@code ANY}
 * @param path with {@code {name}} and {@code {name+}}, or {@code $default}
 * @param function logical id of the function it invokes
 */
public record RouteDefinition(String method, String path, String function) {

  /** As API Gateway calls it: {@code GET /users/{id}}, or {@code $default}. */
  public String key() {
    return isDefault() ? path : method + " " + path;
  }

  /** Whether it takes what no other route takes. */
  public boolean isDefault() {
    return path.equals("$default");
  }
}
