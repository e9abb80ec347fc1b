package dev.warmpool.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmpool.functions.testkit.ContractAnswers;
import dev.warmpool.local.gateway.ForgedTokens;
import dev.warmpool.session.testkit.PostgresServer;
import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Requests that name no tenant, a wrong one or more than one have the contract's status, and the
 * server's own log shows that nothing was executed for them.
 */
class TokenMatrixIT {

  private static final Set<String> ROUTES =
      new TreeSet<>(ContractAnswers.read().operationsTagged("users").keySet());

  private static PostgresServer server;
  private static StatementLog log;
  private static ProjectStack stack;
  private static ForgedTokens tokens;

  @BeforeAll
  static void start() {
    server = PostgresServer.with(StatementLog.SETTINGS);
    log = new StatementLog(server);
    stack =
        ProjectStack.start(
            server,
            Map.of(
                "POSTGRES_SCHEMA", "shop",
                "LOCAL_AUTH", "jwt",
                "TENANT_SOURCE", "jwt:tenant,header:x-tenant"),
            UnaryOperator.identity());
    tokens = new ForgedTokens(stack.stack().issuer().orElseThrow());
  }

  @AfterAll
  static void stop() {
    stack.close();
    server.close();
  }

  private static HttpResponse<String> send(String route, Map<String, String> headers) {
    ContractRequest valid = ContractRequest.valid(route);
    return new ContractRequest(route, valid.query(), valid.body(), headers).send(stack).join();
  }

  private static Map<String, String> token(String token) {
    return Map.of("authorization", "Bearer " + token);
  }

  private static Map<String, String> token(String token, String header, String value) {
    Map<String, String> headers = new HashMap<>(token(token));
    headers.put(header, value);
    return headers;
  }

  /** Sends the request to every route and returns the statements that the server executed. */
  private static List<String> statementsOf(String what, int status, Map<String, String> headers) {
    return log.during(
        () -> {
          for (String route : ROUTES) {
            assertThat(send(route, headers).statusCode())
                .as("%s: %s", route, what)
                .isEqualTo(status);
          }
        });
  }

  private static void executesNothing(String what, int status, Map<String, String> headers) {
    assertThat(statementsOf(what, status, headers)).as(what).isEmpty();
  }

  /** The control: without it, a log that stays empty would prove nothing. */
  @Test
  void executesTheStatementsOfAValidRequest() {
    Map<String, String> valid = token(tokens.signed(token -> token));
    assertThat(log.during(() -> send("GET /users", valid))).anyMatch(s -> s.contains("users"));
  }

  @Test
  void executesNothingForATokenThatTheAuthorizerRefuses() {
    tokens.refused().forEach((what, token) -> executesNothing(what, 401, token(token)));
    executesNothing("no token", 401, Map.of("x-tenant", "shop"));
  }

  @Test
  void executesNothingForATokenWithoutATenant() {
    String nameless = tokens.signed(token -> token.claim("tenant", null));
    executesNothing("no tenant", 403, token(nameless));
  }

  @Test
  void executesNothingForSourcesThatDisagree() {
    String shop = tokens.signed(token -> token);
    executesNothing("another header", 403, token(shop, "x-tenant", "other"));
  }

  @Test
  void executesNothingForATokenWithoutTheScope() {
    String reader = tokens.signed(token -> token.claim("scope", "users:list users"));
    executesNothing("other scopes", 403, token(reader));
    executesNothing("no scope", 403, token(tokens.signed(token -> token.claim("scope", null))));
  }

  @Test
  void executesNothingForAKeyThatBelongsToNobody() {
    String nobody = tokens.signed(token -> token.subject(null).claim("tenant", "no_such_tenant"));
    Map<String, String> keyed = token(nobody, "idempotency-key", "k");
    assertThat(log.during(() -> assertThat(send("POST /users", keyed).statusCode()).isEqualTo(403)))
        .isEmpty();
  }

  @Test
  void executesNothingForANameThatNoTenantCanHave() {
    for (String name : List.of("public", "warmpool", "pg_catalog", "", "x".repeat(100))) {
      executesNothing(name, 404, token(tokens.signed(token -> token.claim("tenant", name))));
    }
  }

  @Test
  void executesTheLookUpAloneForAnUnknownTenant() {
    for (Object name : List.of("nowhere", "SHOP", "shop,other", List.of("shop", "other"), 7)) {
      List<String> statements =
          statementsOf("" + name, 404, token(tokens.signed(token -> token.claim("tenant", name))));
      assertThat(statements.stream().filter(s -> s.contains("FROM warmpool.tenants")))
          .hasSize(ROUTES.size());
      assertThat(statements)
          .allSatisfy(
              statement ->
                  assertThat(statement)
                      .containsAnyOf(
                          "FROM warmpool.tenants",
                          "information_schema",
                          "DISCARD ALL",
                          "SHOW TRANSACTION ISOLATION LEVEL")); // by the driver, of a new one
    }
  }
}
