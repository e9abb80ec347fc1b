package dev.warmpool.functions.http;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A part of a request that names its tenant. Implementations are thread-safe. */
@FunctionalInterface
interface TenantSource {

  String SETTING = "TENANT_SOURCE";

  /** Lambda's tenant isolation. */
  TenantSource LAMBDA = request -> request.caller().tenant();

  /** Returns the tenant's name; null if this part of the request does not name one. */
  @Nullable String tenant(HttpRequest request);

  /**
   * Reads the setting {@code TENANT_SOURCE}, default {@code fixed}.
   *
   * @return the sources that the setting lists, separated by commas; empty for {@code fixed}
   * @throws IllegalArgumentException if the setting is invalid
   */
  static List<TenantSource> from(Map<String, String> environment) {
    String setting = environment.getOrDefault(SETTING, "fixed").strip();
    if (setting.equals("fixed")) {
      return List.of();
    }
    List<TenantSource> sources = new ArrayList<>();
    Arrays.stream(setting.split(",", -1))
        .forEach(source -> sources.add(of(source.strip(), setting, environment)));
    return sources;
  }

  private static TenantSource of(String source, String setting, Map<String, String> environment) {
    String name = source.substring(source.indexOf(':') + 1);
    if (source.equals("lambda")) {
      return LAMBDA;
    }
    if (source.startsWith("jwt:") && !name.isBlank()) {
      return request -> {
        Map<String, String> claims = request.caller().claims();
        return claims == null ? null : claims.get(name);
      };
    }
    if (source.startsWith("header:") && !name.isBlank()) {
      return header(name, setting, environment);
    }
    throw new IllegalArgumentException(
        SETTING
            + " is '"
            + setting
            + "': must be fixed, or one or more of jwt:CLAIM, lambda and header:NAME,"
            + " separated by commas");
  }

  /** Accepted by the local runner only, because every caller can send any header. */
  private static TenantSource header(String name, String setting, Map<String, String> environment) {
    if (!"true".equals(environment.get("AWS_SAM_LOCAL"))) {
      throw new IllegalArgumentException(
          SETTING
              + " is '"
              + setting
              + "': header:NAME is allowed in the local runner only; use jwt:CLAIM");
    }
    return request -> request.header(name);
  }
}
