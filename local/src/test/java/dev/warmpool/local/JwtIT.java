package dev.warmpool.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.warmpool.local.gateway.ForgedTokens;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The HTTP API behind the JWT authorizer. */
class JwtIT {

  private static ProbeStack probe;

  @BeforeAll
  static void start() {
    probe =
        ProbeStack.start(
            Map.of("POSTGRES_HOST", "none", "POSTGRES_SCHEMA", "demo", "LOCAL_AUTH", "jwt"));
  }

  @AfterAll
  static void stop() {
    probe.close();
  }

  private static HttpResponse<String> get(String path, String token) {
    return probe.http().send("GET", path, "", Map.of("authorization", "Bearer " + token));
  }

  @Test
  void requiresAToken() {
    HttpResponse<String> refused = probe.http().get("/echo/1");
    assertThat(refused.statusCode()).isEqualTo(401);
    assertThat(refused.body()).isEqualTo("{\"message\":\"Unauthorized\"}");
    assertThat(refused.headers().firstValue("www-authenticate")).contains("Bearer");
    assertThat(get("/echo/1", "abc").statusCode()).isEqualTo(401);
  }

  @Test
  void passesTheClaimsToTheFunction() {
    String token = probe.stack().tokens().get("demo");
    JsonNode jwt =
        Http.json(get("/echo/1", token)).path("requestContext").path("authorizer").path("jwt");
    assertThat(jwt.path("claims").path("tenant").asText()).isEqualTo("demo");
    assertThat(jwt.path("claims").path("exp").isTextual()).isTrue();
    assertThat(jwt.path("claims").path("aud").asText()).isEqualTo("warmpool-local");
  }

  private static JsonNode jwt(String path, ForgedTokens.Change change) {
    String token = new ForgedTokens(probe.stack().issuer().orElseThrow()).signed(change);
    return Http.json(get(path, token)).path("requestContext").path("authorizer").path("jwt");
  }

  @Test
  void passesEveryClaimAsText() {
    JsonNode claims =
        jwt(
                "/echo/1",
                token ->
                    token
                        .claim("groups", List.of("a", "b"))
                        .claim("level", 3)
                        .claim("address", Map.of("city", "Rome"))
                        .claim("nothing", null))
            .path("claims");
    assertThat(claims.path("groups").textValue()).isEqualTo("[a b]");
    assertThat(claims.path("level").textValue()).isEqualTo("3");
    assertThat(claims.path("address").textValue()).isEqualTo("{\"city\":\"Rome\"}");
    assertThat(claims.has("nothing")).isFalse();
  }

  @Test
  void passesAllScopesOfTheTokenIfTheRouteRequiresOne() {
    ForgedTokens.Change admin = token -> token.claim("scope", "admin read");
    assertThat(jwt("/scoped", admin).path("scopes")).hasToString("[\"admin\",\"read\"]");
    assertThat(jwt("/echo/1", admin).path("scopes").isArray()).isFalse();
  }

  @Test
  void requiresNoTokenForAnOpenRoute() {
    assertThat(probe.http().get("/open/a/b").statusCode()).isEqualTo(200);
  }

  @Test
  void refusesATokenWithoutTheRoutesScope() {
    HttpResponse<String> refused = get("/scoped", probe.stack().tokens().get("demo"));
    assertThat(refused.statusCode()).isEqualTo(403);
    assertThat(refused.body()).isEqualTo("{\"message\":\"Forbidden\"}");
  }

  @Test
  void setsTheFunctionsTenantSource() {
    assertThat(probe.invoke("Process", "{}").path("environment").path("TENANT_SOURCE").asText())
        .isEqualTo("jwt:tenant");
  }
}
