package dev.warmpool.functions.http;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One place where a request tells its tenant. */
@FunctionalInterface
interface TenantSource {

  String SETTING = "TENANT_SOURCE";

  /** The tenant's name; null where the request does not tell it here. */
  @Nullable String tenant(HttpRequest request);

  /**
   * Those that the setting names, separated by commas; none where it is {@code fixed}.
   *
   * @throws IllegalArgumentException what is wrong with the setting
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
      return request -> request.caller().tenant();
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

  /** Anyone can send a header: good enough for this machine alone. */
  private static TenantSource header(String name, String setting, Map<String, String> environment) {
    if (!"true".equals(environment.get("AWS_SAM_LOCAL"))) {
      throw new IllegalArgumentException(
          SETTING
              + " is '"
              + setting
              + "': a header is believed on a developer's machine only; use jwt:CLAIM");
    }
    return request -> request.header(name);
  }
}
