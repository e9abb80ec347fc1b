package dev.warmpool.functions.schema;

import static dev.warmpool.functions.schema.MigrationDatabase.column;
import static dev.warmpool.functions.schema.MigrationDatabase.execute;
import static dev.warmpool.functions.schema.MigrationDatabase.number;
import static dev.warmpool.functions.schema.MigrationDatabase.script;
import static dev.warmpool.functions.schema.MigrationDatabase.scripts;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** {@code Migrate} with scripts of a made-up product. */
class MigrationsIT {

  /** Of a broken schema, which has a table that the first script creates. */
  private static final String BROKEN = "CREATE SCHEMA broken; CREATE TABLE broken.items (id int)";

  private MigrationDatabase database;

  @BeforeEach
  void create() {
    database = new MigrationDatabase();
  }

  @AfterEach
  void drop() {
    database.close();
  }

  private void hasReport(JsonNode report, String expected) {
    assertThat(report).hasToString(expected);
  }

  @Test
  void createsTheOwnSchemaAndRegistersIt() {
    hasReport(
        database.migrate(scripts(3), "{}"),
        "{\"schemas\":[{\"schema\":\"own\",\"from\":0,\"to\":3}],\"migrated\":1,\"unchanged\":0,"
            + "\"failed\":0,\"left\":0,\"complete\":true}");
    assertThat(column("SELECT schema_name || version FROM warmpool.tenants"))
        .containsExactly("own3");
    assertThat(column("SELECT version FROM own.schema_history ORDER BY 1"))
        .containsExactly("1", "2", "3");
  }

  @Test
  void looksAtNoSchemaIfNoneIsBehind() {
    database.migrate(scripts(3), "{\"schemas\":[\"own\",\"a\"]}");
    hasReport(
        database.migrate(scripts(3), "{}"),
        "{\"schemas\":[],\"migrated\":0,\"unchanged\":0,\"failed\":0,\"left\":0,"
            + "\"complete\":true}");
  }

  @Test
  void migratesFromAnOlderVersion() {
    database.migrate(scripts(1), "{\"schemas\":[\"own\",\"a\"]}");
    hasReport(
        database.migrate(scripts(3), "{}"),
        "{\"schemas\":[{\"schema\":\"a\",\"from\":1,\"to\":3},"
            + "{\"schema\":\"own\",\"from\":1,\"to\":3}],\"migrated\":2,\"unchanged\":0,"
            + "\"failed\":0,\"left\":0,\"complete\":true}");
  }

  /** A schema that is named is looked at, whatever the registry says. */
  @Test
  void looksAtASchemaThatIsNamed() {
    database.migrate(scripts(2), "{\"schemas\":[\"a\"]}");
    assertThat(database.migrate(scripts(2), "{\"schemas\":[\"a\"]}").path("schemas"))
        .hasToString("[{\"schema\":\"a\",\"from\":2,\"to\":2}]");
    execute("DROP SCHEMA a CASCADE; CREATE SCHEMA a");
    assertThat(database.migrate(scripts(2), "{\"schemas\":[\"a\"]}").path("schemas"))
        .hasToString("[{\"schema\":\"a\",\"from\":0,\"to\":2}]");
  }

  @Test
  void createsARegisteredSchemaThatWasDropped() {
    database.migrate(scripts(2), "{\"schemas\":[\"own\",\"a\"]}");
    execute("DROP SCHEMA a CASCADE");
    assertThat(database.migrate(scripts(2), "{}").path("schemas"))
        .hasToString("[{\"schema\":\"a\",\"from\":0,\"to\":2}]");
  }

  @Test
  void reportsAScriptThatWasChangedAfterItWasApplied() {
    database.migrate(scripts(2), "{\"schemas\":[\"own\",\"a\"]}");
    Scripts changed =
        new Scripts(List.of(script(1, "CREATE TABLE items ()"), scripts(2).all().get(1)));
    JsonNode report = database.migrate(changed, "{}");
    assertThat(report.path("failed").intValue()).isEqualTo(2);
    assertThat(report.path("schemas").path(0))
        .hasToString(
            "{\"schema\":\"a\",\"from\":0,\"to\":0,\"error\":\"V1__script.sql was changed after it"
                + " was applied: restore it and add a new script\"}");
    assertThat(database.migrate(scripts(2), "{}").path("complete").booleanValue()).isTrue();
  }

  @Test
  void appliesAScriptThatWasAddedBetweenOthers() {
    List<Migration> all = scripts(3).all();
    database.migrate(new Scripts(List.of(all.get(0), all.get(2))), "{}");
    JsonNode report = database.migrate(scripts(3), "{}");
    assertThat(report.path("migrated").intValue()).isEqualTo(1);
    assertThat(report.path("schemas")).hasToString("[{\"schema\":\"own\",\"from\":3,\"to\":3}]");
    assertThat(column("SELECT version FROM own.schema_history ORDER BY 1"))
        .containsExactly("1", "2", "3");
    assertThat(database.migrate(scripts(3), "{}").path("schemas")).isEmpty();
  }

  @Test
  void leavesASchemaOfNewerCodeAlone() {
    database.migrate(scripts(3), "{\"schemas\":[\"own\",\"a\"]}");
    assertThat(database.migrate(scripts(2), "{}").path("schemas")).isEmpty();
    assertThat(database.migrate(scripts(2), "{\"schemas\":[\"a\"]}").path("schemas"))
        .hasToString("[{\"schema\":\"a\",\"from\":3,\"to\":3}]");
    assertThat(database.migrate(scripts(3), "{}").path("schemas")).isEmpty();
  }

  @Test
  void leavesABrokenSchemaAtItsVersionAndMigratesTheOthers() {
    execute(BROKEN);
    JsonNode report = database.migrate(scripts(2), "{\"schemas\":[\"a\",\"broken\",\"own\"]}");
    assertThat(report.path("schemas").path(1))
        .hasToString(
            "{\"schema\":\"broken\",\"from\":0,\"to\":0,"
                + "\"error\":\"42P07 relation \\\"items\\\" already exists\"}");
    assertThat(report.path("migrated").intValue()).isEqualTo(2);
    assertThat(report.path("failed").intValue()).isEqualTo(1);
    assertThat(report.path("complete").booleanValue()).isFalse();
    assertThat(column("SELECT to_regclass('broken.schema_history')"))
        .containsExactly((String) null);
  }

  @Test
  void keepsTheScriptsBeforeTheOneThatFails() {
    Scripts broken =
        new Scripts(List.of(scripts(1).all().get(0), script(2, "CREATE TABLE b (); SELECT 1 / 0")));
    assertThat(database.migrate(broken, "{}").path("schemas").path(0))
        .hasToString(
            "{\"schema\":\"own\",\"from\":0,\"to\":1,\"error\":"
                + "\"the database reported SQLSTATE 22012: the log has the details\"}");
    assertThat(column("SELECT to_regclass('own.b')")).containsExactly((String) null);
    assertThat(database.migrate(scripts(2), "{}").path("schemas"))
        .hasToString("[{\"schema\":\"own\",\"from\":1,\"to\":2}]");
  }

  /** Each run looks for the registry and for the schema, in vain, before it creates them. */
  @RepeatedTest(5)
  void migratesASchemaOnceInConcurrentRuns() {
    List<CompletableFuture<JsonNode>> runs =
        Stream.generate(
                () -> CompletableFuture.supplyAsync(() -> database.migrate(scripts(5), "{}")))
            .limit(4)
            .toList();
    assertThat(runs)
        .allSatisfy(run -> assertThat(run.get().path("complete").booleanValue()).isTrue());
    assertThat(number("SELECT count(*) FROM own.schema_history")).isEqualTo(5);
  }

  /** Schemas that another transaction holds wait until the deadline; no other one is begun. */
  @Test
  void countsTheSchemasThatAreLeftAtTheDeadline() throws SQLException {
    try (Connection connection = MigrationDatabase.admin();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      for (int i = 0; i < 4; i++) {
        execute("CREATE SCHEMA s" + i);
        statement.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended('warmpool/schema/s" + i + "', 0))");
      }
      JsonNode report =
          database.migrate(
              scripts(2), "{\"schemas\":[\"s0\",\"s1\",\"s2\",\"s3\",\"s4\",\"s5\"]}", 3_000);
      assertThat(report.path("left").intValue()).isEqualTo(6);
      assertThat(report.path("failed").intValue()).isZero();
      assertThat(report.path("complete").booleanValue()).isFalse();
    }
    assertThat(number("SELECT count(*) FROM pg_namespace WHERE nspname IN ('s4', 's5')")).isZero();
  }

  @Test
  void acceptsNamesThatNeedQuotes() {
    String event = "{\"schemas\":[\"Tenant \\\"A\\\" d'Arc\"]}";
    assertThat(database.migrate(scripts(2), event).path("migrated").intValue()).isEqualTo(1);
    assertThat(database.migrate(scripts(3), "{}").path("migrated").intValue()).isEqualTo(2);
    assertThat(database.migrate(scripts(3), "{}").path("schemas")).isEmpty();
  }
}
