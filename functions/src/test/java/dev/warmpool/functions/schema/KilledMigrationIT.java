package dev.warmpool.functions.schema;

import static dev.warmpool.functions.schema.MigrationDatabase.column;
import static dev.warmpool.functions.schema.MigrationDatabase.number;
import static dev.warmpool.functions.schema.MigrationDatabase.scripts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.warmpool.functions.event.Json;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A process that brings many schemas to a new version gets SIGKILL at a random moment, in a soak at
 * ten of them. Each script is two statements.
 */
@Timeout(900)
class KilledMigrationIT {

  private static final boolean IN_A_SOAK = Integer.getInteger("counts", 1) > 1;
  private static final int KILLS = IN_A_SOAK ? 10 : 1;
  private static final int SCHEMAS = IN_A_SOAK ? 300 : 40;
  private static final int SCRIPTS = 9;

  /** About the time of a transaction, so that a kill hits any part of one. */
  private static final int JITTER_MILLIS = 30;

  /** A schema in which history, registry, columns and comments are not of one version. */
  private static final String NOT_WHOLE =
      "SELECT '%1$s' FROM warmpool.tenants WHERE schema_name = '%1$s' AND NOT ("
          + "ARRAY(SELECT version FROM %1$s.schema_history ORDER BY 1)"
          + " = ARRAY(SELECT generate_series(1, version))"
          + " AND version - 1 = (SELECT count(*) FROM pg_attribute"
          + " WHERE attrelid = '%1$s.items'::regclass AND attname LIKE 'c_')"
          + " AND version - 1 = (SELECT count(*) FROM pg_description"
          + " WHERE objoid = '%1$s.items'::regclass AND objsubid > 0))";

  private MigrationDatabase database;

  @BeforeEach
  void migrateToTheFirstVersion() {
    database = new MigrationDatabase();
    ObjectNode event = Json.object();
    schemas().forEach(event.withArray("schemas")::add);
    JsonNode report = database.migrate(scripts(1), event.toString(), 600_000);
    assertThat(report.path("migrated").intValue()).isEqualTo(SCHEMAS);
  }

  @AfterEach
  void drop() {
    database.close();
  }

  private static List<String> schemas() {
    return IntStream.range(0, SCHEMAS).mapToObj("s%03d"::formatted).toList();
  }

  /** How many scripts have been applied, in all schemas. */
  private static long applied() {
    return number("SELECT sum(version) FROM warmpool.tenants WHERE schema_name LIKE 's%'");
  }

  private static List<String> notWhole() {
    return column(
        schemas().stream().map(NOT_WHOLE::formatted).collect(Collectors.joining(" UNION ALL ")));
  }

  @Test
  void leavesEachSchemaWholeAndGoesOnFromThere() throws InterruptedException {
    for (int kill = 1; kill <= KILLS; kill++) {
      killAt(SCHEMAS + (long) (SCRIPTS - 1) * SCHEMAS * kill / (KILLS + 1));
      assertThat(notWhole()).isEmpty();
      assertThat(applied()).as("the process was killed in the middle").isLessThan(all());
    }
    JsonNode report = database.migrate(scripts(SCRIPTS), "{}", 600_000);
    assertThat(report.path("complete").asBoolean()).as(report.toString()).isTrue();
    assertThat(notWhole()).isEmpty();
    assertThat(applied()).isEqualTo(all());
    assertThat(database.migrate(scripts(SCRIPTS), "{}").path("schemas")).isEmpty();
  }

  private static long all() {
    return (long) SCHEMAS * SCRIPTS;
  }

  /** Kills the process a random time after this many scripts, and waits for its server sessions. */
  private static void killAt(long scripts) throws InterruptedException {
    Process process = MigrateProcess.start(SCRIPTS);
    try {
      await()
          .atMost(Duration.ofMinutes(5))
          .pollInterval(Duration.ofMillis(10))
          .until(() -> applied() >= scripts);
      int millis = ThreadLocalRandom.current().nextInt(JITTER_MILLIS);
      boolean ended = process.waitFor(millis, TimeUnit.MILLISECONDS);
      assertThat(ended).isFalse();
    } finally {
      process.destroyForcibly().waitFor();
    }
    System.out.printf("killed after %d of %d scripts%n", applied(), all());
    await()
        .until(
            () ->
                number(
                        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                            + " AND application_name = 'warmpool' AND state <> 'idle'")
                    == 0);
  }
}
