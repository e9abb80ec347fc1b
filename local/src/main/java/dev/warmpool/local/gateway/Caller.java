package dev.warmpool.local.gateway;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * An accepted token, as the event of its request shows it.
 *
 * @param claims claims of the token
 * @param scopes all scopes of the token; empty if the route requires none
 */
record Caller(Map<String, Object> claims, List<String> scopes) {

  private static final JsonMapper JSON = JsonMapper.builder().build();

  /** Every claim as text. */
  Map<String, String> texts() {
    Map<String, String> texts = new LinkedHashMap<>();
    claims.forEach((name, value) -> texts.put(name, text(value)));
    return texts;
  }

  private static String text(@Nullable Object claim) {
    if (claim instanceof List<?> list) {
      return list.stream().map(Caller::text).collect(Collectors.joining(" ", "[", "]"));
    }
    return claim instanceof String text ? text : JSON.valueToTree(claim).toString();
  }

  /** The member {@code scopes} of the event: null if the route requires none. */
  @Nullable List<String> granted() {
    return scopes.isEmpty() ? null : scopes;
  }
}
