package dev.warmpool.functions.http;

import com.amazonaws.services.lambda.runtime.Context;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The caller of a request as AWS has verified it. Immutable.
 *
 * @param claims the textual claims of the token that API Gateway's JWT authorizer accepted; null if
 *     the route has no such authorizer
 * @param scopes the scopes that the token grants
 * @param principal the ARN of the IAM principal that signed the request; null if the route has no
 *     IAM authorizer
 * @param tenant the tenant of this execution environment under Lambda's tenant isolation; null
 *     without tenant isolation
 */
public record Caller(
    @Nullable Map<String, String> claims,
    Set<String> scopes,
    @Nullable String principal,
    @Nullable String tenant) {

  /** The caller of an event that could not be read. */
  static final Caller UNKNOWN = new Caller(null, Set.of(), null, null);

  /** Reads the caller from an event and its invocation. */
  static Caller of(JsonNode event, Context context) {
    JsonNode authorizer = event.path("requestContext").path("authorizer");
    JsonNode claims = authorizer.path("jwt").path("claims");
    return new Caller(
        claims.isObject() ? strings(claims) : null,
        Scopes.of(authorizer.path("jwt")),
        authorizer.path("iam").path("userArn").textValue(),
        context.getTenantId());
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

  /**
   * Returns the name of the caller, which no other caller has: the token's issuer and subject (the
   * client, if the token has no subject), or the IAM principal. Empty without an authorizer, when
   * all callers are one.
   *
   * @throws ProblemException 403 if the token names neither a subject nor a client
   */
  String identity() {
    if (claims == null) {
      return principal == null ? "" : "iam " + principal;
    }
    String subject = claims.getOrDefault("sub", claims.getOrDefault("client_id", ""));
    if (subject.isBlank()) {
      throw new ProblemException(
          Problem.of(403, "The token has no subject, which an Idempotency-Key belongs to."));
    }
    return "jwt " + claims.getOrDefault("iss", "") + " " + subject;
  }
}
