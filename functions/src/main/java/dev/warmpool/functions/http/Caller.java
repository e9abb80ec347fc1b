package dev.warmpool.functions.http;

import com.amazonaws.services.lambda.runtime.Context;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who calls, as the platform verified it. Immutable.
 *
 * @param claims of the token that API Gateway's JWT authorizer let pass; null where there was none
 * @param tenant whose execution environment this is, by Lambda's tenant isolation; null without it
 */
public record Caller(@Nullable Map<String, String> claims, @Nullable String tenant) {

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
