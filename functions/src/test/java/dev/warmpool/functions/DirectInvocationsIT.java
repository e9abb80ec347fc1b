package dev.warmpool.functions;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
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
            "{\"job\":\"purge-deleted-users\",\"tenants\":1,\"deleted\":3,\"batches\":2,"
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
            "{\"job\":\"purge-idempotency-keys\",\"tenants\":1,\"deleted\":3,\"batches\":1,"
                + "\"complete\":true}");
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
