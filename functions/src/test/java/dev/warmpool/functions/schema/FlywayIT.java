package dev.warmpool.functions.schema;

import static dev.warmpool.functions.schema.MigrationDatabase.scripts;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.warmpool.functions.event.Json;
import dev.warmpool.session.testkit.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Measures {@code Migrate} beside Flyway, with the same scripts on the same server: 5 schemas each,
 * or 200 in a soak. Flyway works through them one after another, as it has no other way.
 */
@Timeout(1_800)
class FlywayIT {

  private static final int SCHEMAS = Integer.getInteger("counts", 1) == 1 ? 5 : 200;

  private final MigrationDatabase database = new MigrationDatabase();

  @TempDir private Path folder;

  @AfterEach
  void drop() {
    database.close();
  }

  private static long timed(String name, Supplier<Integer> work, int expected) {
    long start = System.nanoTime();
    assertThat(work.get()).isEqualTo(expected);
    long micros = (System.nanoTime() - start) / 1_000;
    System.out.printf("%s: %d us a schema%n", name, micros / SCHEMAS);
    return micros;
  }

  /** Migrates the schemas to this version; returns how many scripts were applied. */
  private int flyway(int version) {
    return IntStream.range(0, SCHEMAS)
        .map(
            schema ->
                Flyway.configure()
                    .dataSource(MigrationDatabase.url(), "postgres", "postgres")
                    .locations("filesystem:" + folder)
                    .target(Integer.toString(version))
                    .schemas("f" + schema)
                    .load()
                    .migrate()
                    .migrationsExecuted)
        .sum();
  }

  private int warmpool(int version) {
    ObjectNode event = Json.object();
    IntStream.range(0, SCHEMAS).forEach(i -> event.withArray("schemas").add("w" + i));
    JsonNode report = database.migrate(scripts(version), event.toString(), 900_000);
    assertThat(report.path("complete").booleanValue()).isTrue();
    return report.path("migrated").intValue();
  }

  private int warmpoolByRegistry(int version) {
    return database.migrate(scripts(version), "{}", 900_000).path("migrated").intValue();
  }

  @Test
  void migratesInLessTimeThanFlyway() throws IOException {
    for (Migration script : scripts(3).all()) {
      Files.writeString(folder.resolve(script.name()), script.sql());
    }
    assertThat(PostgresServer.shared().version()).isNotBlank();
    database.migrate(scripts(2), "{\"schemas\":[\"own\",\"warm_up\"]}");
    timed("Flyway, fresh, 2 scripts", () -> flyway(2), 2 * SCHEMAS);
    timed("Warmpool, fresh, 2 scripts", () -> warmpool(2), SCHEMAS);
    long again = timed("Flyway, nothing to do", () -> flyway(2), 0);
    timed("Warmpool, nothing to do, schemas named", () -> warmpool(2), 0);
    long byRegistry = timed("Warmpool, nothing to do", () -> warmpoolByRegistry(2), 0);
    timed("Flyway, 1 script", () -> flyway(3), SCHEMAS);
    timed("Warmpool, 1 script", () -> warmpoolByRegistry(3), SCHEMAS + 2);
    assertThat(Duration.ofNanos(byRegistry)).isLessThan(Duration.ofNanos(again));
  }
}
