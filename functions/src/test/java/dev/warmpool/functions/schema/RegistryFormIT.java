package dev.warmpool.functions.schema;

import static dev.warmpool.functions.schema.MigrationDatabase.column;
import static dev.warmpool.functions.schema.MigrationDatabase.execute;
import static dev.warmpool.functions.schema.MigrationDatabase.number;
import static dev.warmpool.functions.schema.MigrationDatabase.scripts;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code Migrate} on registries that were made by other versions of the code. */
class RegistryFormIT {

  /** The registry of version 0.1.0, with two schemas of that version's history. */
  private static final String FIRST_FORM =
      """
      CREATE SCHEMA warmpool;
      CREATE TABLE warmpool.tenants (
        schema_name text PRIMARY KEY, version int NOT NULL,
        migrated_at timestamptz NOT NULL DEFAULT now());
      """;

  private static final String FIRST_HISTORY =
      """
      CREATE SCHEMA %1$s;
      CREATE TABLE %1$s.schema_history (
        version int PRIMARY KEY, name text NOT NULL, checksum text NOT NULL,
        applied_at timestamptz NOT NULL DEFAULT now());
      CREATE TABLE %1$s.items (id int PRIMARY KEY);
      INSERT INTO %1$s.schema_history (version, name, checksum)
        VALUES (1, 'V1__script.sql', '%2$s');
      INSERT INTO warmpool.tenants (schema_name, version) VALUES ('%1$s', 1);
      """;

  /** Everything that the catalogs say of the objects in this database, and the registry. */
  private static final String CATALOGS =
      """
      SELECT md5(string_agg(x, ',' ORDER BY x)) FROM (
        SELECT 'c' || oid || xmin || relname FROM pg_class
        UNION ALL SELECT 'n' || oid || xmin FROM pg_namespace
        UNION ALL SELECT 'a' || attrelid || xmin || attnum FROM pg_attribute
        UNION ALL SELECT 'd' || objoid || xmin FROM pg_description
        UNION ALL SELECT 't' || xmin || ctid::text FROM warmpool.tenants) AS catalogs (x)
      """;

  private MigrationDatabase database;

  @BeforeEach
  void create() {
    database = new MigrationDatabase();
    execute(FIRST_FORM);
    for (String schema : new String[] {"own", "a"}) {
      execute(FIRST_HISTORY.formatted(schema, scripts(1).all().get(0).checksum()));
    }
  }

  @AfterEach
  void drop() {
    database.close();
  }

  private int unchanged() {
    return database.migrate(scripts(1), "{}").path("unchanged").intValue();
  }

  @Test
  void looksAtTheSchemasOfAnOlderRegistryOnce() {
    assertThat(unchanged()).isEqualTo(2);
    assertThat(unchanged()).isZero();
    assertThat(number("SELECT count(*) FROM warmpool.tenants WHERE scripts IS NOT NULL"))
        .isEqualTo(2);
  }

  @Test
  void migratesTheSchemasOfAnOlderRegistry() {
    assertThat(database.migrate(scripts(2), "{}").path("schemas"))
        .hasToString(
            "[{\"schema\":\"a\",\"from\":1,\"to\":2},{\"schema\":\"own\",\"from\":1,\"to\":2}]");
  }

  @Test
  void bringsARegistryOfAnotherFormToThisOne() {
    unchanged();
    String comment = "SELECT obj_description('warmpool.tenants'::regclass, 'pg_class')";
    String form = column(comment).get(0);
    execute("COMMENT ON TABLE warmpool.tenants IS 'of a later version'");
    execute("DROP TABLE IF EXISTS warmpool.job_run_tenants");
    assertThat(unchanged()).isZero();
    assertThat(column(comment)).containsExactly(form);
    assertThat(column("SELECT to_regclass('warmpool.job_run_tenants')"))
        .containsExactly("warmpool.job_run_tenants");
  }

  /** Without a registry, in an older one, and in one of this form. */
  @Test
  void aDryRunChangesNothing() {
    String expected =
        "{\"dryRun\":true,\"schemas\":[%s{\"schema\":\"own\",\"from\":1,"
            + "\"scripts\":[\"V2__script.sql\",\"V3__script.sql\"]}],\"behind\":%d}";
    String a = "{\"schema\":\"a\",\"from\":1,\"scripts\":[\"V2__script.sql\",\"V3__script.sql\"]},";
    assertThat(dryRun("{\"dryRun\":true}")).hasToString(expected.formatted(a, 2));
    unchanged();
    assertThat(dryRun("{\"dryRun\":true}")).hasToString(expected.formatted(a, 2));
    assertThat(dryRun("{\"dryRun\":true,\"schemas\":[\"own\"]}"))
        .hasToString(expected.formatted("", 1));
    execute("ALTER SCHEMA warmpool RENAME TO away");
    assertThat(database.migrate(scripts(3), "{\"dryRun\":true}"))
        .hasToString(expected.formatted("", 1));
    assertThat(column("SELECT to_regnamespace('warmpool')")).containsExactly((String) null);
  }

  private JsonNode dryRun(String event) {
    String before = column(CATALOGS).get(0);
    JsonNode report = database.migrate(scripts(3), event);
    assertThat(column(CATALOGS)).containsExactly(before);
    return report;
  }

  @Test
  void aDryRunListsASchemaThatDoesNotExist() {
    assertThat(dryRun("{\"dryRun\":true,\"schemas\":[\"new\"]}").path("schemas").path(0))
        .hasToString(
            "{\"schema\":\"new\",\"from\":0,\"scripts\":[\"V1__script.sql\","
                + "\"V2__script.sql\",\"V3__script.sql\"]}");
  }
}
