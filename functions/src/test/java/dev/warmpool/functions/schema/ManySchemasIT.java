package dev.warmpool.functions.schema;

import static dev.warmpool.functions.schema.MigrationDatabase.column;
import static dev.warmpool.functions.schema.MigrationDatabase.execute;
import static dev.warmpool.functions.schema.MigrationDatabase.number;
import static dev.warmpool.functions.schema.MigrationDatabase.scripts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.warmpool.functions.event.Json;
import dev.warmpool.session.testkit.PostgresServer;
import dev.warmpool.session.testkit.WireProxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code Migrate} with 100 schemas, or 10,000 in a soak. */
@Timeout(3_600)
class ManySchemasIT {

  private static final int COUNTS = Integer.getInteger("counts", 1);
  private static final int SCHEMAS = 100 * COUNTS * COUNTS;

  /** More than the longest migration in a soak takes. */
  private static final int MILLIS = 1_800_000;

  private static final String TEMPLATE = "many_schemas";

  private WireProxy proxy;
  private MigrationDatabase database;

  @BeforeAll
  @Timeout(1_800)
  static void migrateAll() {
    MigrationDatabase database = new MigrationDatabase();
    ObjectNode event = Json.object();
    IntStream.range(0, SCHEMAS).forEach(i -> event.withArray("schemas").add(schema(i)));
    JsonNode report =
        timed("fresh, two scripts", () -> database.migrate(scripts(2), event.toString(), MILLIS));
    assertThat(report.path("migrated").intValue()).isEqualTo(SCHEMAS);
    report = database.migrate(scripts(2), "{}");
    assertThat(report.path("migrated").intValue()).isEqualTo(1); // the own schema
    database.keepAs(TEMPLATE);
  }

  @AfterAll
  static void dropTemplate() {
    PostgresServer.shared().execute("DROP DATABASE " + TEMPLATE);
  }

  @BeforeEach
  void create() {
    proxy = WireProxy.to(PostgresServer.shared().port());
    database = new MigrationDatabase(proxy.port(), TEMPLATE);
  }

  @AfterEach
  void drop() {
    database.close();
    proxy.close();
  }

  private static String schema(int index) {
    return "s%05d".formatted(index);
  }

  private JsonNode migrate(int scripts, String event) {
    return database.migrate(scripts(scripts), event, MILLIS);
  }

  private static <T> T timed(String name, Supplier<T> work) {
    long start = System.nanoTime();
    T result = work.get();
    long millis = Duration.ofNanos(System.nanoTime() - start).toMillis();
    System.out.printf("%d schemas, %s: %d ms%n", SCHEMAS, name, millis);
    return result;
  }

  private static long atVersion(int version) {
    return number("SELECT count(*) FROM warmpool.tenants WHERE version = " + version);
  }

  @Test
  void nothingToDoTakesOneRoundTripAndLessThan100Milliseconds() {
    migrate(2, "{}");
    assertThat(proxy.roundTripsOf(() -> migrate(2, "{}"))).isEqualTo(1);
    long fastest = IntStream.range(0, 20).mapToLong(i -> nanosOfNothingToDo()).min().orElseThrow();
    System.out.printf("%d schemas, nothing to do: %d us%n", SCHEMAS, fastest / 1_000);
    assertThat(Duration.ofNanos(fastest)).isLessThan(Duration.ofMillis(100));
  }

  private long nanosOfNothingToDo() {
    long start = System.nanoTime();
    assertThat(migrate(2, "{}").path("schemas")).isEmpty();
    return System.nanoTime() - start;
  }

  @Test
  void oneScriptTakesFiveRoundTripsInASchema() {
    execute("UPDATE warmpool.tenants SET version = 4"); // so that few rows come back
    migrate(3, "{\"schemas\":[\"s00001\"]}");
    int queriesOfTheRegistryAndTheCatalog = 2;
    assertThat(proxy.roundTripsOf(() -> migrate(3, "{\"schemas\":[\"s00000\"]}")))
        .isEqualTo(queriesOfTheRegistryAndTheCatalog + 5);
  }

  /** The report of a run in which all fail fits into a response. */
  @Test
  void reportsABoundedNumberOfFailures() {
    JsonNode report = migrate(0, "{\"schemas\":[]}");
    assertThat(report.path("schemas")).isEmpty();
    execute("UPDATE warmpool.tenants SET scripts = 'others'");
    Scripts changed =
        new Scripts(List.of(MigrationDatabase.script(1, "SELECT 1"), scripts(2).all().get(1)));
    report = timed("all changed", () -> database.migrate(changed, "{}", MILLIS));
    assertThat(report.path("failed").intValue()).isEqualTo(SCHEMAS + 1);
    assertThat(report.path("schemas")).hasSize(Report.LISTED);
    assertThat(Json.bytes(report).length).isLessThan(1_000_000);
  }

  /**
   * A process that migrates all schemas is killed in the middle of a script, three times, and run
   * again. One schema is broken.
   */
  @Test
  void goesOnAfterItWasKilled() throws Exception {
    int broken = SCHEMAS / 3;
    execute("ALTER TABLE " + schema(broken) + ".items ADD COLUMN c3 int");
    for (int quarter = 1; quarter <= 3; quarter++) {
      killAt(quarter * SCHEMAS / 4, broken);
    }
    JsonNode report = timed("one script, the last quarter", () -> migrate(3, "{}"));
    assertThat(report.path("failed").intValue()).isEqualTo(1);
    assertThat(report.path("left").intValue()).isZero();
    assertThat(atVersion(3)).isEqualTo(SCHEMAS);
    assertThat(column("SELECT schema_name FROM warmpool.tenants WHERE version = 2"))
        .containsExactly(schema(broken));
    assertThat(number("SELECT count(*) FROM pg_attribute WHERE attname = 'c3' AND attnum > 0"))
        .isEqualTo(SCHEMAS + 1);
    assertThat(migrate(3, "{}").path("schemas").path(0).toString())
        .isEqualTo(
            "{\"schema\":\"%s\",\"from\":2,\"to\":2,\"error\":\"42701 column \\\"c3\\\" of relation"
                    .formatted(schema(broken))
                + " \\\"items\\\" already exists\"}");
  }

  /** Holds the tables of four schemas, in which the four sessions of the process end up. */
  private void killAt(int index, int broken) throws SQLException, InterruptedException {
    try (Connection connection = MigrationDatabase.admin();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      for (int i = 0; i < 4; i++) {
        statement.execute("LOCK TABLE " + schema(index + i) + ".items IN SHARE MODE");
      }
      Process process = MigrateProcess.start(3);
      try {
        int done = broken < index ? index - 1 : index;
        await()
            .atMost(Duration.ofMinutes(30))
            .until(() -> isBlocked(4) && atVersion(3) >= done - 1);
      } finally {
        process.destroyForcibly().waitFor();
      }
      assertThat(atVersion(3)).isBetween((long) index - 5, (long) index + 1);
    }
    await().until(() -> isBlocked(0));
  }

  private static boolean isBlocked(int backends) {
    return number(
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
                + " AND datname = current_database() AND query LIKE 'ALTER TABLE items%'")
        == backends;
  }
}
