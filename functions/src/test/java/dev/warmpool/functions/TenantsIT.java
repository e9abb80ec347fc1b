package dev.warmpool.functions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.amazonaws.services.lambda.runtime.Context;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A request sees the rows of its own tenant only. */
class TenantsIT {

  private static final Map<String, String> JWT = Map.of("TENANT_SOURCE", "jwt:tenant");
  private static final Context PLAIN = new FakeContext(20_000);

  @BeforeAll
  static void migrate() {
    Api.migrate("tenant_a", "tenant_b", "tenant_gone");
    Api.admin("DELETE FROM warmpool.tenants WHERE schema_name = 'tenant_gone'");
  }

  @BeforeEach
  void oneUserEach() {
    for (String tenant : new String[] {"tenant_a", "tenant_b", "tenant_gone"}) {
      Api.admin("TRUNCATE " + tenant + ".users RESTART IDENTITY");
      String values = " (email, name) VALUES ('one@example.org', '" + tenant + "')";
      Api.admin("INSERT INTO " + tenant + ".users" + values);
    }
  }

  private static Event get() {
    return Event.of("GET /users/{id}").id(1);
  }

  private static Event token(String tenant) {
    return get().claim("scope", "users:read").claim("tenant", tenant);
  }

  /** The name of the user in the response, which is its tenant; or the status of an error. */
  private static String name(Api.Answer answer) {
    return answer.status() == 200 ? answer.json().path("name").asText() : "" + answer.status();
  }

  @Test
  void readsTheTenantOfAVerifiedClaim() {
    try (Api api = Api.with(JWT)) {
      for (int i = 0; i < 3; i++) {
        assertThat(name(api.send(token("tenant_a")))).isEqualTo("tenant_a");
        assertThat(name(api.send(token("tenant_b")))).isEqualTo("tenant_b");
      }
    }
  }

  @Test
  void requiresATokenThatNamesATenant() {
    try (Api api = Api.with(JWT)) {
      Api.Answer noToken = api.send(get().header("tenant", "tenant_a"));
      assertThat(noToken.status()).isEqualTo(401);
      assertThat(noToken.headers()).containsEntry("www-authenticate", "Bearer");
      assertThat(api.send(get().claim("scope", "users:read")).status()).isEqualTo(403);
    }
  }

  @Test
  void answersNotFoundForATenantThatIsNotInTheRegistry() {
    String[] names = {
      "tenant_gone",
      "nobody",
      "",
      "$user",
      "pg_catalog",
      "public",
      "warmpool",
      "\u0000",
      "tenant_a,tenant_b",
      "x".repeat(100),
      "TENANT_A",
      "tenant_a\"; DROP SCHEMA tenant_a; --"
    };
    try (Api api = Api.with(JWT)) {
      for (String name : names) {
        Event create = Event.of("POST /users").body(Event.user("two@example.org", "Two"));
        create.claim("scope", "users:write").claim("tenant", name);
        assertThat(api.send(create).status()).as(name).isEqualTo(404);
      }
    }
    assertThat(Api.number("SELECT count(*) FROM tenant_gone.users")).isEqualTo(1);
  }

  /** A registry of an earlier version can have them. */
  @Test
  void answersNotFoundForAReservedNameInTheRegistry() {
    Api.admin("INSERT INTO warmpool.tenants (schema_name, version) VALUES ('public', 1)");
    try (Api api = Api.with(JWT)) {
      assertThat(api.send(token("public")).status()).isEqualTo(404);
      assertThat(api.sessions().stats().opened()).isZero();
    } finally {
      Api.admin("DELETE FROM warmpool.tenants WHERE schema_name = 'public'");
    }
  }

  @Test
  void answersNotFoundForEveryTenantBeforeTheFirstMigration() {
    Api.admin("ALTER SCHEMA warmpool RENAME TO warmpool_away");
    try (Api api = Api.with(JWT)) {
      assertThat(api.send(token("tenant_a")).status()).isEqualTo(404);
    } finally {
      Api.admin("ALTER SCHEMA warmpool_away RENAME TO warmpool");
    }
  }

  @Test
  void readsTheTenantOfTheExecutionEnvironment() {
    try (Api api = Api.with(Map.of("TENANT_SOURCE", "lambda"))) {
      assertThat(name(api.send(get(), new FakeContext(20_000, "tenant_b")))).isEqualTo("tenant_b");
      assertThat(name(api.send(get(), PLAIN))).isEqualTo("401");
    }
  }

  @Test
  void refusesTenantsThatDisagree() {
    try (Api api = Api.with(JWT)) {
      Event event = token("tenant_a");
      assertThat(name(api.send(event, new FakeContext(20_000, "tenant_a")))).isEqualTo("tenant_a");
      assertThat(name(api.send(event, new FakeContext(20_000, "tenant_b")))).isEqualTo("403");
    }
    try (Api api = Api.with(Map.of("POSTGRES_SCHEMA", "tenant_a"))) {
      assertThat(name(api.send(get(), new FakeContext(20_000, "tenant_b")))).isEqualTo("403");
      assertThat(name(api.send(get(), PLAIN))).isEqualTo("tenant_a");
    }
  }

  @Test
  void doesNotSelectTheTenantByTheExecutionEnvironmentAlone() {
    Context tenant = new FakeContext(20_000, "tenant_a");
    try (Api api = Api.with(JWT)) {
      assertThat(name(api.send(get(), tenant))).isEqualTo("401");
      assertThat(name(api.send(get().claim("scope", "users:read"), tenant))).isEqualTo("403");
    }
  }

  @Test
  void acceptsEitherOfTwoSourcesAndBothIfTheyAgree() {
    Map<String, String> variables =
        Map.of("TENANT_SOURCE", "jwt:tenant, header:X-Tenant", "AWS_SAM_LOCAL", "true");
    try (Api api = Api.with(variables)) {
      assertThat(name(api.send(get().header("x-tenant", "tenant_b")))).isEqualTo("tenant_b");
      Event claimed = token("tenant_a");
      assertThat(name(api.send(claimed))).isEqualTo("tenant_a");
      assertThat(name(api.send(claimed.header("x-tenant", "tenant_a")))).isEqualTo("tenant_a");
      assertThat(name(api.send(claimed.header("x-tenant", "tenant_b")))).isEqualTo("403");
    }
  }

  @Test
  void acceptsAHeaderInTheLocalRunnerOnly() {
    assertThatThrownBy(() -> Api.with(Map.of("TENANT_SOURCE", "header:x-tenant")))
        .hasMessage(
            "TENANT_SOURCE is 'header:x-tenant': header:NAME is allowed in the local runner only;"
                + " use jwt:CLAIM");
  }

  @Test
  void namesTheValidSourcesIfTheSettingIsInvalid() {
    for (String setting : new String[] {"", "jwt", "jwt:", "cookie:x", "lambda,", "fixed,lambda"}) {
      assertThatThrownBy(() -> Api.with(Map.of("TENANT_SOURCE", setting)))
          .as(setting)
          .hasMessage(
              "TENANT_SOURCE is '%s': must be fixed, or one or more of jwt:CLAIM, lambda and"
                  + " header:NAME, separated by commas",
              setting);
    }
  }

  @Test
  void needsNoTenantForTheContractAndForHealth() {
    try (Api api = Api.with(JWT)) {
      assertThat(api.send(Event.of("GET /health")).status()).isEqualTo(200);
      assertThat(api.send(Event.of("GET /openapi.json")).status()).isEqualTo(200);
    }
  }
}
