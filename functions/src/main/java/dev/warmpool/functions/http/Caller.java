package dev.warmpool.functions.http;

import com.amazonaws.services.lambda.runtime.Context;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The caller of a request as AWS has verified it. Immutable.
 *
 * @param claims the textual claims of the token that API Gateway's JWT authorizer accepted; null if
 *     the route has no authorizer
 * @param tenant the tenant of this execution environment under Lambda's tenant isolation; null
 *     without tenant isolation
 */
public record Caller(@Nullable Map<String, String> claims, @Nullable String tenant) {

  /** Reads the caller from an event and its invocation. */
  static Caller of(JsonNode event, Context context) {
    JsonNode claims = event.path("requestContext").path("authorizer").path("jwt").path("claims");
    return new Caller(claims.isObject() ? strings(claims) : null, context.getTenantId());
  }

  private static Map<String, String> strings(JsonNode claims) {
    Map<String, String> strings = new HashMap<>();
    claims
        .properties()
        .forEach(
            claim -> {
              if (claim.getValue().isTextual()) {
                strings.put(claim.getKey(), claim.getValue().textValue());
              }
            });
    return Map.copyOf(strings);
  }
}
