package dev.warmpool.functions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warmpool.session.testkit.PostgresServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code Cleanup} and {@code Migrate}, invoked directly on a new schema with three users. */
class DirectInvocationsIT {

  private final TestFunctions functions = new TestFunctions();

  @BeforeEach
  void freshSchema() throws IOException {
    functions.resetSchema();
  }

  @AfterEach
  void close() {
    functions.close();
  }

  @Test
  void purgesInBatches() throws Exception {
    Api.admin("UPDATE events.users SET deleted_at = now() - interval '40 days'");
    assertThat(functions.run("Cleanup", "{\"detail\":{\"batchSize\":2}}"))
        .isEqualTo(
            "{\"job\":\"purge-deleted-users\",\"tenants\":1,\"done\":1,\"failed\":0,\"busy\":0,\"deleted\":3,\"batches\":2,"
                + "\"complete\":true}");
  }

  @Test
  void keepsRowsWithinTheRetention() throws Exception {
    Api.admin("UPDATE events.users SET deleted_at = now() - interval '40 days'");
    assertThat(functions.run("Cleanup", "{\"detail\":{\"retention\":\"P50D\"}}"))
        .contains("\"deleted\":0");
  }

  @Test
  void purgesExpiredKeys() throws Exception {
    Api.admin(
        "INSERT INTO events.idempotency_keys (route, key, fingerprint, expires_at) SELECT 'r', i, '',"
            + " now() + i * interval '1 hour' FROM generate_series(-2, 2) i");
    assertThat(functions.run("Cleanup", "{\"detail\":{\"job\":\"purge-idempotency-keys\"}}"))
        .isEqualTo(
            "{\"job\":\"purge-idempotency-keys\",\"tenants\":1,\"done\":1,\"failed\":0,\"busy\":0,\"deleted\":3,\"batches\":1,"
                + "\"complete\":true}");
  }

  /**
   * Two tenants in the registry, of which POSTGRES_SCHEMA is one, and one that failed to migrate.
   */
  @Test
  void runsInEveryTenantAndReportsThoseThatFail() throws Exception {
    functions.run("Migrate", "{\"schemas\":[\"demo_c\"]}");
    for (String schema : new String[] {"events", "demo_c"}) {
      Api.admin(
          "INSERT INTO %1$s.users (email, name, deleted_at) VALUES ('old@example.org', 'O', now() - interval '400 days'); INSERT INTO %1$s.idempotency_keys (route, key, fingerprint, expires_at) VALUES ('r', 'k', '', now() - interval '1 day')"
              .formatted(schema));
    }
    Api.admin(
        "INSERT INTO warmpool.tenants (schema_name, version) VALUES ('gone', 1), ('pg_x', 1)");
    String report =
        "{\"job\":\"%s\",\"tenants\":4,\"done\":2,\"failed\":2,\"busy\":0,\"deleted\":2,"
            + "\"batches\":2,\"complete\":false}";
    for (String job : new String[] {"purge-deleted-users", "purge-idempotency-keys"}) {
      assertThat(functions.run("Cleanup", "{\"job\":\"" + job + "\"}"))
          .isEqualTo(report.formatted(job));
    }
  }

  /** A row of the registry that was made by hand, with a table as that of a tenant. */
  @Test
  void leavesTheTablesOfReservedSchemasAlone() throws Exception {
    Api.admin(
        "CREATE TABLE public.users AS SELECT * FROM events.users;"
            + "UPDATE public.users SET deleted_at = now() - interval '400 days';"
            + "INSERT INTO warmpool.tenants (schema_name, version)"
            + " VALUES ('public', 1), ('warmpool', 1), ('information_schema', 1)");
    try {
      assertThat(functions.run("Cleanup", "{}"))
          .contains("\"tenants\":4,\"done\":1,\"failed\":3,\"busy\":0,\"deleted\":0");
      assertThat(Api.number("SELECT count(*) FROM public.users")).isEqualTo(3);
    } finally {
      Api.admin("DROP TABLE public.users; DELETE FROM warmpool.tenants WHERE version = 1");
    }
  }

  @Test
  void reportsATenantThatAnotherRunHoldsAsBusy() throws Exception {
    Api.admin("UPDATE events.users SET deleted_at = now() - interval '40 days'");
    try (Connection connection = PostgresServer.shared().admin();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute(
          "SELECT pg_advisory_xact_lock(hashtextextended('events/purge-deleted-users', 0))");
      assertThat(functions.run("Cleanup", "{}"))
          .contains("\"done\":0,\"failed\":0,\"busy\":1,\"deleted\":0,\"batches\":0")
          .contains("\"complete\":false");
      connection.rollback();
    }
    assertThat(functions.run("Cleanup", "{}"))
        .contains("\"deleted\":3")
        .contains("\"complete\":true");
  }

  @Test
  void reportsNoRunThatIsUnknown() {
    assertThatThrownBy(
            () -> functions.run("Cleanup", "{\"run\":\"53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa\"}"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("is unknown: runs are kept for 30 days");
    for (String event :
        new String[] {
          "{\"run\":1}",
          "{\"run\":\"1-1-1-1-1\"}",
          "{\"run\":\"53dc4d37-cffa-4f76-80c9-8b7d4a4d2eaa\",\"job\":\"purge-deleted-users\"}"
        }) {
      assertThatThrownBy(() -> functions.run("Cleanup", event))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("run must be a run's id, and the only member of its event");
    }
  }

  /** The function has no queue. */
  @Test
  void worksInManyTenantsItselfWithoutAQueue() throws Exception {
    Api.admin("INSERT INTO warmpool.tenants SELECT 'gone_' || i, 1 FROM generate_series(1, 30) i");
    assertThat(functions.run("Cleanup", "{}"))
        .contains("\"tenants\":31,\"done\":1,\"failed\":30")
        .contains("\"complete\":false");
  }

  @Test
  void runsInPostgresSchemaBeforeThereIsARegistry() throws Exception {
    Api.admin("DROP SCHEMA warmpool CASCADE");
    assertThat(functions.run("Cleanup", "{}")).contains("\"tenants\":1,\"done\":1");
  }

  @Test
  void migratesNoReservedSchema() throws Exception {
    Api.admin("INSERT INTO warmpool.tenants (schema_name, version) VALUES ('public', 1)");
    assertThat(functions.run("Migrate", "{}"))
        .contains("\"error\":\"")
        .contains("the schema public is reserved: it is no tenant's")
        .contains("\"complete\":false");
    assertThat(Api.number("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")).isZero();
    assertThat(functions.run("Migrate", "{\"schemas\":[]}"))
        .startsWith("{\"schemas\":[],")
        .endsWith(",\"complete\":true}");
  }

  @Test
  void migratesOneSchemaInConcurrentInvocations() throws Exception {
    List<CompletableFuture<String>> answers =
        Stream.generate(() -> CompletableFuture.supplyAsync(this::migrateDemo)).limit(4).toList();
    for (CompletableFuture<String> answer : answers) {
      assertThat(answer.get())
          .contains("\"to\":" + Api.newestMigration() + "}")
          .contains("\"complete\":true");
    }
  }

  private String migrateDemo() {
    try {
      return functions.run("Migrate", "{\"schemas\":[\"demo_c\"]}");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void reportsASchemaThatFailsAndMigratesTheOthers() throws Exception {
    Api.admin("CREATE SCHEMA demo_c; CREATE TABLE demo_c.users (id int)");
    String answer = functions.run("Migrate", "{\"schemas\":[\"demo_c\",\"events\"]}");
    assertThat(answer)
        .contains("{\"schema\":\"demo_c\",\"from\":0,\"to\":0,\"error\":")
        .contains(
            "{\"schema\":\"events\",\"from\":%1$d,\"to\":%1$d}".formatted(Api.newestMigration()))
        .contains("\"complete\":false");
  }
}
