package dev.warmpool.functions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.amazonaws.services.lambda.runtime.Context;
import dev.warmpool.functions.users.ClearUsersHandler;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code TENANT_BINDING} holds for requests, for the health check and for direct invocations. */
class TenantBindingsIT {

  private static final String SHARED = "variable:app.tenant";
  private static final Context PLAIN = new FakeContext(20_000);

  @BeforeEach
  void rows() {
    TenancyServer.oneUserEach();
  }

  private static Api shared() {
    return Api.with(TenancyServer.variables("warmpool_shared", SHARED));
  }

  private static Map<String, String> variables(String login, String binding, String... changes) {
    Map<String, String> variables =
        new HashMap<>(TenancyServer.variables("warmpool_" + login, binding));
    for (int i = 0; i < changes.length; i += 2) {
      variables.put(changes[i], changes[i + 1]);
    }
    return variables;
  }

  private static Event token(Event event, String tenant) {
    return event
        .claim("scope", "users:read users:write users:clear")
        .claim("sub", "ada")
        .claim("tenant", tenant);
  }

  private static Event create(String tenant) {
    return token(Event.of("POST /users"), tenant)
        .header("Idempotency-Key", "k")
        .body(Event.user("new@example.org", "New"));
  }

  private static long users(String where) {
    return TenancyServer.server().number("SELECT count(*) FROM app.users WHERE " + where);
  }

  @Test
  void separatesTheKeysOfTenantsThatShareATable() {
    try (Api api = shared()) {
      Api.Answer first = api.send(create("tenant_a"));
      Api.Answer other = api.send(create("tenant_b"));
      assertThat(first.status()).isEqualTo(201);
      assertThat(other.status()).isEqualTo(201);
      assertThat(other.body()).isNotEqualTo(first.body());
      assertThat(api.send(create("tenant_a"))).isEqualTo(first);
      assertThat(api.send(create("tenant_b"))).isEqualTo(other);
    }
    assertThat(users("name = 'New' AND tenant = 'tenant_a'")).isEqualTo(1);
    assertThat(users("name = 'New' AND tenant = 'tenant_b'")).isEqualTo(1);
  }

  /** Policies are what keeps rows apart; keys are kept apart without one. */
  @Test
  void separatesTheKeysWithoutAPolicyToo() {
    TenancyServer.server().execute("ALTER TABLE app.idempotency_keys DISABLE ROW LEVEL SECURITY");
    try {
      separatesTheKeysOfTenantsThatShareATable();
    } finally {
      TenancyServer.server().execute("ALTER TABLE app.idempotency_keys ENABLE ROW LEVEL SECURITY");
    }
  }

  @Test
  void clearsNoRowOfAnotherTenant() {
    try (Api api = shared()) {
      Event clear = Event.of("POST /users/clear").body("{\"ids\":[1,2]}");
      assertThat(api.send(token(clear, "tenant_a")).json().path("cleared").asInt()).isEqualTo(1);
    }
    assertThat(users("tenant = 'tenant_b'")).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({
    "api, 'schema,role', tenant_a, tenant_a",
    "shared, variable:app.tenant, app, warmpool_shared app"
  })
  void bindsTheFixedTenant(String login, String binding, String tenant, String expected) {
    Map<String, String> variables =
        variables(login, binding, "TENANT_SOURCE", "fixed", "POSTGRES_SCHEMA", tenant);
    try (Api api = Api.with(variables);
        Api stray = StrayRoute.with(variables)) {
      assertThat(api.send(Event.of("GET /users")).status()).isEqualTo(200);
      assertThat(api.send(Event.of("GET /health")).status()).isEqualTo(200);
      Event bound =
          StrayRoute.event(
              "SELECT concat_ws(' ', current_user, current_setting('app.tenant', true))");
      assertThat(stray.send(bound).json().path(0).asText()).isEqualTo(expected);
    }
  }

  @Test
  void answersForItsHealthAsTheLoginRole() {
    for (String binding : List.of("schema,role", "role", SHARED, "schema,role," + SHARED)) {
      try (Api api = Api.with(variables("api", binding))) {
        assertThat(api.send(Event.of("GET /health")).status()).as(binding).isEqualTo(200);
      }
    }
  }

  @Test
  void failsWithTheFaultOfTheSetUpForARoleThatDoesNotExist() {
    TenancyServer.migrate("tenant_roleless");
    try (Api api = Api.with(variables("api", "schema,role"))) {
      Api.Answer answer = api.send(token(Event.of("GET /users"), "tenant_roleless"));
      assertThat(answer.status()).isEqualTo(500);
      assertThat(answer.body()).doesNotContain("role");
      assertThat(api.send(token(Event.of("GET /users"), "tenant_a")).status()).isEqualTo(200);
    } finally {
      TenancyServer.server()
          .execute(
              "DROP SCHEMA tenant_roleless CASCADE;"
                  + "DELETE FROM warmpool.tenants WHERE schema_name = 'tenant_roleless'");
    }
  }

  @Test
  void isCheckedAtTheStart() {
    assertThatThrownBy(() -> Api.with(variables("api", "rolle")))
        .hasMessage(
            "TENANT_BINDING is 'rolle': must be one or more of schema, role and variable:NAME,"
                + " separated by commas, not 'rolle'");
  }

  private static String clear(Map<String, String> variables, Context context) throws IOException {
    try (Api api = Api.with(variables)) {
      ByteArrayOutputStream report = new ByteArrayOutputStream();
      byte[] event = "{\"ids\":[1,2]}".getBytes(StandardCharsets.UTF_8);
      new ClearUsersHandler(api::sessions, variables)
          .handleRequest(new ByteArrayInputStream(event), report, context);
      return report.toString(StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return e.getMessage();
    }
  }

  @Test
  void clearsUsersOfTheFixedTenantByItsRole() throws IOException {
    Map<String, String> variables =
        variables("api", "schema,role", "TENANT_SOURCE", "fixed", "POSTGRES_SCHEMA", "tenant_a");
    assertThat(clear(variables, new FakeContext(20_000, "tenant_b")))
        .isEqualTo("the invocation's tenant is not POSTGRES_SCHEMA");
    assertThat(clear(variables, PLAIN)).isEqualTo("{\"cleared\":1}");
    variables.put("TENANT_SOURCE", "jwt:tenant");
    assertThat(clear(variables, PLAIN)).isEqualTo("{\"cleared\":0}");
    assertThat(TenancyServer.server().number("SELECT count(*) FROM tenant_b.users")).isEqualTo(1);
  }

  @Test
  void clearsUsersOfTheTenantOfTheExecutionEnvironment() throws IOException {
    Map<String, String> variables = variables("shared", SHARED, "TENANT_SOURCE", "lambda");
    String refusal = "the invocation has no tenant, or one that does not exist";
    assertThat(clear(variables, PLAIN)).isEqualTo(refusal);
    assertThat(clear(variables, new FakeContext(20_000, "nobody"))).isEqualTo(refusal);
    assertThat(clear(variables, new FakeContext(20_000, "app"))).isEqualTo(refusal);
    assertThat(clear(variables, new FakeContext(20_000, "tenant_a"))).isEqualTo("{\"cleared\":1}");
    assertThat(users("tenant = 'tenant_b'")).isEqualTo(1);
  }

  @Test
  void clearsNoUsersWhereTenantsShareATableAndNoneIsNamed() throws IOException {
    assertThat(clear(variables("shared", SHARED), PLAIN))
        .isEqualTo("the invocation has no tenant: list lambda in TENANT_SOURCE");
    assertThat(users("true")).isEqualTo(2);
  }
}
