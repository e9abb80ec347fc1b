package dev.warmpool.functions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the server refuses the two roles of {@code docs/database-roles.sql}, and what it allows. */
class TwoRolesIT {

  /** SQLSTATE insufficient_privilege. */
  private static final String REFUSED = "42501";

  private static RolesDatabase database;

  @BeforeAll
  static void start() throws SQLException {
    database = new RolesDatabase();
    database.migrate("\"tenant_a\",\"tenant_b\"");
    run(RolesDatabase.OWNER, "CREATE SCHEMA other CREATE TABLE secrets (id int)");
  }

  @AfterAll
  static void stop() {
    database.close();
  }

  private static void run(String role, String sql) throws SQLException {
    try (Connection connection = database.connect(role);
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(sql.matches("(CREATE|DROP) DATABASE .*|ALTER SYSTEM .*"));
      statement.execute(sql);
      if (!connection.getAutoCommit()) {
        connection.commit();
      }
    }
  }

  private static void assertRefused(String role, String sql) {
    assertThatThrownBy(() -> run(role, sql))
        .as("%s: %s", role, sql)
        .isInstanceOfSatisfying(
            SQLException.class,
            refusal ->
                assertThat(refusal.getSQLState()).as(refusal.getMessage()).isEqualTo(REFUSED));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CREATE SCHEMA another",
        "DROP SCHEMA tenant_a CASCADE",
        "ALTER SCHEMA tenant_a RENAME TO another",
        "ALTER SCHEMA tenant_a OWNER TO warmpool",
        "CREATE TABLE tenant_a.another (id int)",
        "CREATE TABLE warmpool.another (id int)",
        "CREATE TABLE public.another (id int)",
        "CREATE TEMP TABLE another (id int)",
        "ALTER TABLE tenant_a.users ADD COLUMN another int",
        "ALTER TABLE tenant_a.users DISABLE ROW LEVEL SECURITY",
        "ALTER TABLE tenant_a.users DISABLE TRIGGER USER",
        "ALTER TABLE tenant_a.users OWNER TO warmpool",
        "DROP TABLE tenant_a.users",
        "TRUNCATE tenant_a.users",
        "COMMENT ON TABLE warmpool.tenants IS 'x'",
        "INSERT INTO warmpool.tenants VALUES ('another', 1)",
        "UPDATE warmpool.tenants SET version = 0",
        "DELETE FROM warmpool.tenants",
        "TRUNCATE warmpool.tenants",
        "INSERT INTO tenant_a.schema_history VALUES (99, 'x', 'x')",
        "UPDATE tenant_a.schema_history SET checksum = 'x'",
        "DELETE FROM tenant_a.schema_history",
        "CREATE INDEX ON tenant_a.users (name)",
        "DROP INDEX tenant_a.users_email",
        "REINDEX TABLE tenant_a.users",
        "CREATE VIEW tenant_a.another AS SELECT 1",
        "CREATE SEQUENCE tenant_a.another",
        "CREATE FUNCTION tenant_a.f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE POLICY p ON tenant_a.users",
        "CREATE PUBLICATION p FOR TABLE tenant_a.users",
        "GRANT warmpool_migrate TO warmpool",
        "SET ROLE warmpool_migrate",
        "SET SESSION AUTHORIZATION warmpool_migrate",
        "REASSIGN OWNED BY warmpool_migrate TO warmpool",
        "ALTER DEFAULT PRIVILEGES FOR ROLE warmpool_migrate GRANT ALL ON TABLES TO warmpool",
        "ALTER ROLE warmpool SUPERUSER",
        "ALTER ROLE warmpool_migrate PASSWORD 'x'",
        "CREATE ROLE another",
        "DROP ROLE warmpool_migrate",
        "CREATE DATABASE another",
        "DROP DATABASE warmpool",
        "ALTER DATABASE warmpool SET search_path TO other",
        "ALTER SYSTEM SET work_mem TO '1GB'",
        "COPY (SELECT 1) TO PROGRAM 'true'",
        "COPY tenant_a.users FROM PROGRAM 'true'",
        "COPY tenant_a.users TO '/tmp/users'",
        "SELECT pg_read_file('/etc/passwd')",
        "SELECT * FROM pg_authid",
        "SELECT * FROM other.secrets"
      })
  void refusesTheFunctionsWhatIsNotAboutRows(String sql) {
    assertRefused(RolesDatabase.FUNCTIONS, sql);
  }

  /** Each statement leaves the schema as the next one needs it. */
  @Test
  void allowsMigrateToChangeSchemas() {
    String[] statements = {
      "CREATE SCHEMA another",
      "CREATE TABLE another.t (id int)",
      "ALTER TABLE another.t ADD COLUMN name text",
      "CREATE INDEX t_name ON another.t (name)",
      "DROP INDEX another.t_name",
      "CREATE VIEW another.v AS SELECT 1",
      "CREATE SEQUENCE another.s",
      "CREATE FUNCTION another.f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
      "CREATE POLICY p ON another.t",
      "TRUNCATE another.t",
      "ALTER SCHEMA another RENAME TO renamed",
      "DROP TABLE renamed.t",
      "DROP SCHEMA renamed CASCADE"
    };
    for (String sql : statements) {
      assertThatCode(() -> run(RolesDatabase.MIGRATE, sql)).as(sql).doesNotThrowAnyException();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CREATE TABLE public.another (id int)",
        "ALTER ROLE warmpool_migrate SUPERUSER",
        "CREATE ROLE another",
        "CREATE DATABASE another",
        "DROP DATABASE warmpool",
        "SET ROLE warmpool_owner",
        "COPY (SELECT 1) TO PROGRAM 'true'",
        "SELECT * FROM pg_authid",
        "SELECT * FROM other.secrets"
      })
  void refusesMigrateWhatIsNotAboutItsSchemas(String sql) {
    assertRefused(RolesDatabase.MIGRATE, sql);
  }

  /** The rights that the default privileges give on a table, as older code has left them. */
  @Test
  void migrateTakesBackTheRightToWriteItsOwnRecord() throws SQLException {
    String grant = "GRANT INSERT, UPDATE, DELETE ON %s TO warmpool";
    run(RolesDatabase.MIGRATE, grant.formatted("warmpool.tenants"));
    run(RolesDatabase.MIGRATE, grant.formatted("tenant_b.schema_history"));
    run(RolesDatabase.MIGRATE, "COMMENT ON TABLE warmpool.tenants IS 'of an older version'");
    database.migrate("\"tenant_b\"");
    assertRefused(RolesDatabase.FUNCTIONS, "DELETE FROM warmpool.tenants");
    assertRefused(RolesDatabase.FUNCTIONS, "DELETE FROM tenant_b.schema_history");
    run(RolesDatabase.FUNCTIONS, "SELECT FROM warmpool.tenants");
    run(RolesDatabase.FUNCTIONS, "DELETE FROM warmpool.job_runs");
  }

  /** A stack that is deployed again runs the statements again. */
  @Test
  void rolesCanBeMadeAgain() {
    assertThatCode(database::makeRoles).doesNotThrowAnyException();
  }
}
