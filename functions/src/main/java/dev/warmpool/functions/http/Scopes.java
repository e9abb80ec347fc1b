package dev.warmpool.functions.http;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Reads the scopes of a token from the event of API Gateway's JWT authorizer. Stateless. */
final class Scopes {

  private Scopes() {}

  /**
   * Returns the scopes that the token grants: the authorizer's list {@code scopes}, which it fills
   * for routes with scopes only, and the claims {@code scope} and {@code scp}.
   *
   * @param jwt the member {@code requestContext.authorizer.jwt} of an event
   */
  static Set<String> of(JsonNode jwt) {
    Set<String> scopes = new HashSet<>();
    List<JsonNode> sources =
        List.of(jwt.path("scopes"), jwt.at("/claims/scope"), jwt.at("/claims/scp"));
    for (JsonNode source : sources) {
      if (source.isTextual()) {
        scopes.addAll(split(source.textValue()));
      }
      source.forEach(scope -> scopes.add(scope.asText()));
    }
    return Set.copyOf(scopes);
  }

  /** Splits {@code a b} (RFC 8693), and {@code [a b]}, as API Gateway writes a claim's array. */
  private static List<String> split(String scopes) {
    boolean list = scopes.startsWith("[") && scopes.endsWith("]");
    String text = list ? scopes.substring(1, scopes.length() - 1) : scopes;
    return Arrays.asList(text.strip().split("[ ,]+"));
  }
}
