package dev.warmpool.functions.http;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Reads the scopes of a token from the event of API Gateway's JWT authorizer. Stateless. */
final class Scopes {

  private static final List<String> SOURCES = List.of("/claims/scope", "/claims/scp", "/scopes");

  private Scopes() {}

  /**
   * Returns the scopes that the token grants: those of its claim {@code scope}, otherwise of {@code
   * scp}, as API Gateway reads them. Only without these claims the authorizer's list {@code scopes}
   * counts, because AWS does not document what it holds.
   *
   * @param jwt the member {@code requestContext.authorizer.jwt} of an event
   */
  static Set<String> of(JsonNode jwt) {
    for (String source : SOURCES) {
      JsonNode scopes = jwt.at(source);
      if (scopes.isTextual()) {
        return Set.copyOf(new HashSet<>(split(scopes.textValue())));
      }
      if (scopes.isArray()) {
        Set<String> names = new HashSet<>();
        scopes.forEach(scope -> names.add(scope.asText()));
        return Set.copyOf(names);
      }
    }
    return Set.of();
  }

  /** Splits {@code a b} (RFC 8693), and {@code [a b]}, as API Gateway writes a claim's array. */
  private static List<String> split(String scopes) {
    boolean list = scopes.startsWith("[") && scopes.endsWith("]");
    String text = list ? scopes.substring(1, scopes.length() - 1) : scopes;
    return Arrays.asList(text.strip().split("[ ,]+"));
  }
}
