package dev.warmpool.functions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmpool.functions.cleanup.CleanupHandler;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What docs/tenants.md says of its SQL is so. */
class TenantsPageIT {

  private static final String TABLE = "| SQL |";

  /** The bindings of the table's columns, each with the login role of the page's SQL. */
  private static List<Api> columns;

  @BeforeAll
  static void start() {
    columns =
        List.of(
            StrayRoute.with(TenancyServer.variables(TenancyServer.INHERITING, "schema")),
            StrayRoute.with(TenancyServer.variables("warmpool_api", "schema,role")),
            StrayRoute.with(TenancyServer.variables("warmpool_group", "schema,role")),
            StrayRoute.with(TenancyServer.variables("warmpool_shared", "variable:app.tenant")));
  }

  @AfterAll
  static void stop() {
    columns.forEach(Api::close);
  }

  @BeforeEach
  void rows() {
    TenancyServer.oneUserEach();
  }

  private static List<String> cells(String row) {
    return Arrays.stream(row.split("\\|")).skip(1).map(String::strip).toList();
  }

  private static List<List<String>> table() {
    List<List<String>> rows =
        TenancyServer.page()
            .lines()
            .dropWhile(line -> !line.startsWith(TABLE))
            .takeWhile(line -> line.startsWith("|"))
            .map(TenantsPageIT::cells)
            .toList();
    assertThat(rows).hasSizeGreaterThan(10);
    return rows;
  }

  static Stream<Arguments> claims() {
    List<List<String>> table = table();
    List<Arguments> claims = new ArrayList<>();
    for (List<String> row : table.subList(2, table.size())) {
      for (int column = 1; column < row.size(); column++) {
        String sql = row.get(0).replace("`", "");
        claims.add(Arguments.of(table.get(0).get(column), sql, row.get(column), column - 1));
      }
    }
    return claims.stream();
  }

  @ParameterizedTest(name = "{0}: {1}: {2}")
  @MethodSource("claims")
  void aStrayRouteGets(String binding, String sql, String claim, int column) {
    Event event = StrayRoute.event(sql).claim("tenant", "tenant_a");
    assertThat(seen(columns.get(column).send(event))).isEqualTo(claim);
    assertThat(seen(columns.get(column).send(own("tenant_a")))).isEqualTo("its own rows");
  }

  private static Event own(String tenant) {
    return StrayRoute.event("SELECT name FROM users").claim("tenant", tenant);
  }

  private static String seen(Api.Answer answer) {
    return switch (answer.body()) {
      case "[\"tenant_a\"]" -> "its own rows";
      case "[\"tenant_b\"]" -> "rows of tenant_b";
      case "[]" -> "no rows";
      default -> answer.status() == 500 ? "refused" : answer.toString();
    };
  }

  @Test
  void theTableNamesTheBindingsThatItIsTestedWith() {
    assertThat(table().get(0))
        .containsExactly(
            "SQL", "`schema`", "`schema,role`", "`schema,role`, group", "`variable:app.tenant`");
  }

  @Test
  void servesEachTenantByItsRole() {
    try (Api api = StrayRoute.with(TenancyServer.variables("warmpool_api", "schema,role"))) {
      for (String tenant : List.of("tenant_a", "tenant_b", "tenant_a")) {
        Event who = StrayRoute.event("SELECT current_user || ' ' || current_schema()");
        assertThat(api.send(who.claim("tenant", tenant)).body())
            .isEqualTo("[\"" + tenant + " " + tenant + "\"]");
      }
    }
  }

  @Test
  void refusesATenantOutsideTheGroup() {
    try (Api api = StrayRoute.with(TenancyServer.variables("warmpool_group", "schema,role"))) {
      assertThat(api.send(own("tenant_a")).status()).isEqualTo(200);
      assertThat(api.send(own("tenant_b")).status()).isEqualTo(500);
      assertThat(api.send(own("tenant_a")).status()).isEqualTo(200);
    }
  }

  @Test
  void givesATenantsRoleTheTablesOfALaterMigration() {
    TenancyServer.server().execute("CREATE TABLE tenant_a.later AS SELECT 'later' AS name");
    try (Api api = StrayRoute.with(TenancyServer.variables("warmpool_api", "schema,role"))) {
      Event insert = StrayRoute.event("INSERT INTO tenant_a.later VALUES ('more') RETURNING name");
      assertThat(api.send(insert.claim("tenant", "tenant_a")).body()).isEqualTo("[\"more\"]");
      assertThat(api.send(insert.claim("tenant", "tenant_b")).status()).isEqualTo(500);
    } finally {
      TenancyServer.server().execute("DROP TABLE tenant_a.later");
    }
  }

  @Test
  void keepsTheHistoryOfMigrationsFromATenantsRole() {
    try (Api api = StrayRoute.with(TenancyServer.variables("warmpool_api", "schema,role"))) {
      Event delete = StrayRoute.event("DELETE FROM schema_history RETURNING name");
      assertThat(api.send(delete.claim("tenant", "tenant_a")).status()).isEqualTo(500);
    }
  }

  @Test
  void addsANewTenantWhenTheLoopRunsAgain() {
    TenancyServer.migrate("tenant_new");
    String loop =
        TenancyServer.blocks().stream().filter(b -> b.startsWith("DO")).findFirst().orElseThrow();
    TenancyServer.server().execute(loop);
    TenancyServer.server().execute(loop);
    try (Api api = Api.with(TenancyServer.variables("warmpool_api", "schema,role"))) {
      Event list = Event.of("GET /users").claim("scope", "users:read");
      Api.Answer answer = api.send(list.claim("tenant", "tenant_new"));
      assertThat(answer.json().path("items").isEmpty()).as(answer.toString()).isTrue();
      assertThat(answer.status()).isEqualTo(200);
    } finally {
      TenancyServer.server()
          .execute(
              "DROP SCHEMA tenant_new CASCADE; DROP ROLE tenant_new;"
                  + "DELETE FROM warmpool.tenants WHERE schema_name = 'tenant_new'");
    }
  }

  @Test
  void servesATenantThatWasRegisteredByHand() {
    try (Api api = Api.with(TenancyServer.variables("warmpool_shared", "variable:app.tenant"))) {
      Event create =
          Event.of("POST /users")
              .body(Event.user("one@example.org", "By hand"))
              .claim("scope", "users:write");
      assertThat(api.send(create.claim("tenant", "tenant_c")).status()).isEqualTo(201);
      assertThat(api.send(create.claim("tenant", "tenant_c")).status()).isEqualTo(409);
      assertThat(api.send(create.claim("tenant", "app")).status())
          .as("the schema that all share is no tenant")
          .isEqualTo(404);
    }
  }

  @Test
  void createsNoSchemaForATenantThatWasRegisteredByHand() {
    Api.report(TenancyServer.server().environment(), "{}");
    assertThat(
            TenancyServer.server()
                .number("SELECT count(*) FROM pg_namespace WHERE nspname = 'tenant_c'"))
        .isZero();
  }

  @Test
  void cleansUpEverySchemaAndTheSharedTables() throws IOException {
    TenancyServer.server()
        .execute(
            "UPDATE tenant_a.users SET deleted_at = now() - interval '1 year';"
                + "UPDATE tenant_b.users SET deleted_at = now() - interval '1 year';"
                + "UPDATE app.users SET deleted_at = now() - interval '1 year'");
    Map<String, String> variables = TenancyServer.variables("warmpool_jobs", "schema");
    try (Api api = Api.with(variables)) {
      ByteArrayOutputStream report = new ByteArrayOutputStream();
      new CleanupHandler(api::sessions, variables)
          .handleRequest(InputStream.nullInputStream(), report, new FakeContext(20_000));
      assertThat(report.toString(StandardCharsets.UTF_8))
          .contains("\"tenants\":3", "\"done\":3", "\"deleted\":4", "\"complete\":true");
    }
  }

  @Test
  void holdsTheOwnerOfATableToItsPolicy() {
    TenancyServer.server()
        .execute(
            "GRANT CREATE ON SCHEMA app TO warmpool_shared;"
                + "ALTER TABLE app.users OWNER TO warmpool_shared");
    try (Api api =
        StrayRoute.with(TenancyServer.variables("warmpool_shared", "variable:app.tenant"))) {
      assertThat(api.send(own("tenant_b")).body()).isEqualTo("[\"tenant_b\"]");
    } finally {
      TenancyServer.server()
          .execute(
              "ALTER TABLE app.users OWNER TO postgres;"
                  + "REVOKE CREATE ON SCHEMA app FROM warmpool_shared;"
                  + "GRANT SELECT, INSERT, UPDATE, DELETE ON app.users TO warmpool_shared");
    }
  }
}
