package dev.warmpool.functions.schema;

import static dev.warmpool.functions.schema.MigrationDatabase.column;
import static dev.warmpool.functions.schema.MigrationDatabase.execute;
import static dev.warmpool.functions.schema.MigrationDatabase.number;
import static dev.warmpool.functions.schema.MigrationDatabase.script;
import static dev.warmpool.functions.schema.MigrationDatabase.scripts;
import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code Migrate} with a script that builds an index outside a transaction. */
class OutsideTransactionIT {

  private static final Scripts TABLE =
      new Scripts(List.of(script(1, "CREATE TABLE items (name text)")));

  private static final Scripts INDEX =
      new Scripts(
          List.of(
              TABLE.all().get(0),
              script(
                  2,
                  "-- outside transaction\n"
                      + "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS items_name"
                      + " ON items (name);\n"),
              script(3, "ALTER TABLE items ADD COLUMN c3 int")));

  private static final String REMEDY =
      "then invoke Migrate with {\"retry\":true}, which executes the script again in this schema";

  private MigrationDatabase database;

  @BeforeEach
  void create() {
    database = new MigrationDatabase();
    database.migrate(TABLE, "{}");
  }

  @AfterEach
  void drop() {
    database.close();
  }

  private String error(String event) {
    return database.migrate(INDEX, event).path("schemas").path(0).path("error").asText();
  }

  @Test
  void buildsAnIndexAndGoesOn() {
    assertThat(database.migrate(INDEX, "{\"schemas\":[\"own\",\"new\"]}").path("schemas"))
        .hasToString(
            "[{\"schema\":\"new\",\"from\":0,\"to\":3},{\"schema\":\"own\",\"from\":1,\"to\":3}]");
    assertThat(
            number(
                "SELECT count(*) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid"
                    + " WHERE c.relname = 'items_name' AND i.indisvalid"))
        .isEqualTo(2);
    assertThat(column("SELECT version FROM own.schema_history WHERE running_until IS NULL"))
        .containsExactlyInAnyOrder("1", "2", "3");
    assertThat(database.migrate(INDEX, "{}").path("schemas")).isEmpty();
  }

  @Test
  void worksInAHistoryOfAnOlderForm() {
    execute("ALTER TABLE own.schema_history DROP COLUMN running_until");
    assertThat(database.migrate(INDEX, "{}").path("migrated").intValue()).isEqualTo(1);
  }

  @Test
  void reportsWhatItsScriptHasLeftBehind() {
    execute("INSERT INTO own.items VALUES ('a'), ('a')");
    String remedy = "Execute DROP INDEX own.items_name, " + REMEDY;
    assertThat(error("{}"))
        .isEqualTo(
            "V2__script.sql broke off: the database reported SQLSTATE 23505:"
                + " the log has the details. "
                + remedy);
    assertThat(error("{}")).isEqualTo("V2__script.sql broke off. " + remedy);
    assertThat(error("{\"retry\":true}")).isEqualTo("V2__script.sql broke off. " + remedy);
    assertThat(database.migrate(INDEX, "{\"dryRun\":true}").path("schemas").path(0))
        .hasToString(
            "{\"schema\":\"own\",\"from\":1,\"scripts\":[\"V2__script.sql\",\"V3__script.sql\"],"
                + "\"unfinished\":\"V2__script.sql\"}");

    execute("TRUNCATE own.items; DROP INDEX own.items_name");
    assertThat(error("{}"))
        .isEqualTo("V2__script.sql broke off. Look at what it has done, undo it, " + REMEDY);
    assertThat(database.migrate(INDEX, "{\"retry\":true}").path("schemas"))
        .hasToString("[{\"schema\":\"own\",\"from\":1,\"to\":3}]");
  }

  @Test
  void breaksOffAtTheDeadline() throws SQLException {
    try (Connection connection = MigrationDatabase.admin();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("LOCK TABLE own.items IN SHARE UPDATE EXCLUSIVE MODE");
      assertThat(database.migrate(INDEX, "{}", 6_000).path("schemas").path(0).toString())
          .startsWith(
              "{\"schema\":\"own\",\"from\":1,\"to\":1,\"error\":\"V2__script.sql broke off: ");
    }
    assertThat(error("{}")).startsWith("V2__script.sql broke off. ");
    assertThat(database.migrate(INDEX, "{\"retry\":true}").path("complete").booleanValue())
        .isTrue();
  }

  /** As after a run that was killed: its time has not passed yet, then it has. */
  @Test
  void leavesAScriptAloneUntilTheTimeOfItsRunHasPassed() {
    execute(
        "INSERT INTO own.schema_history (version, name, checksum, running_until)"
            + " VALUES (2, 'V2__script.sql', '', now() + interval '1 minute')");
    String running = "V2__script.sql is executed by another run, outside a transaction";
    assertThat(error("{}")).isEqualTo(running);
    assertThat(error("{\"retry\":true}")).isEqualTo(running);
    execute("UPDATE own.schema_history SET running_until = now() WHERE version = 2");
    assertThat(error("{}")).startsWith("V2__script.sql broke off. ");
    assertThat(database.migrate(INDEX, "{\"retry\":true}").path("complete").booleanValue())
        .isTrue();
  }

  @Test
  void executesOneStatementOnly() {
    Scripts two =
        new Scripts(
            List.of(
                TABLE.all().get(0),
                script(
                    2,
                    "-- outside transaction\nSELECT 1; CREATE INDEX CONCURRENTLY ON items (name)")));
    assertThat(database.migrate(two, "{}").path("failed").intValue()).isEqualTo(1);
    assertThat(scripts(2).all()).noneMatch(Migration::isOutsideTransaction);
  }
}
