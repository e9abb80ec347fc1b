package dev.warmpool.local.gateway;

import com.sun.net.httpserver.Headers;
import dev.warmpool.local.template.CorsDefinition;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * API Gateway's CORS handling: a preflight request never reaches a function, and CORS headers of a
 * function are replaced. Immutable.
 */
final class Cors {

  private static final String PREFIX = "access-control-";

  private static final Pattern LOOPBACK =
      Pattern.compile("https?://(localhost|127\\.0\\.0\\.1|\\[::1])(:\\d+)?");

  private final CorsDefinition definition;

  Cors(CorsDefinition definition) {
    this.definition = definition;
  }

  /** Whether the request is a CORS preflight. */
  static boolean isPreflight(String method, Headers request) {
    return method.equals("OPTIONS")
        && request.containsKey("Origin")
        && request.containsKey("Access-Control-Request-Method");
  }

  /**
   * Whether a page of this origin may send requests to this machine. Stricter than on AWS: a
   * wildcard allows only pages that this machine serves, because the pages of every site that a
   * developer visits can reach this server.
   */
  boolean opens(String origin) {
    return definition.origins().stream()
        .anyMatch(
            one ->
                one.endsWith("*")
                    ? matches(one, origin) && LOOPBACK.matcher(origin).matches()
                    : one.equals(origin));
  }

  /** Sets the headers of a preflight's response; none if the origin is not allowed. */
  void allow(@Nullable String origin, Headers response) {
    if (share(origin, response)) {
      list(response, "allow-methods", definition.methods());
      list(response, "allow-headers", definition.headers());
      if (!definition.maxAge().isEmpty()) {
        response.set(PREFIX + "max-age", definition.maxAge());
      }
    }
  }

  /** Replaces the function's CORS headers by the configured ones. */
  void expose(@Nullable String origin, Headers response) {
    response.keySet().removeIf(name -> name.regionMatches(true, 0, PREFIX, 0, PREFIX.length()));
    if (share(origin, response)) {
      list(response, "expose-headers", definition.exposed());
    }
  }

  private boolean share(@Nullable String origin, Headers response) {
    if (origin == null || definition.origins().stream().noneMatch(one -> matches(one, origin))) {
      return false;
    }
    boolean all = definition.origins().contains("*") && !definition.credentials();
    response.set(PREFIX + "allow-origin", all ? "*" : origin);
    if (!all) {
      response.add("vary", "Origin");
    }
    if (definition.credentials()) {
      response.set(PREFIX + "allow-credentials", "true");
    }
    return true;
  }

  private static boolean matches(String allowed, String origin) {
    return allowed.endsWith("*")
        ? origin.startsWith(allowed.substring(0, allowed.length() - 1))
        : allowed.equals(origin);
  }

  private static void list(Headers response, String name, List<String> values) {
    if (!values.isEmpty()) {
      response.set(PREFIX + name, String.join(",", values));
    }
  }
}
