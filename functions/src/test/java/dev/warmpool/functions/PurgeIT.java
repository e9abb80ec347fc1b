package dev.warmpool.functions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import dev.warmpool.functions.PacedRequests.Caller;
import dev.warmpool.functions.PacedRequests.Latencies;
import dev.warmpool.functions.event.Json;
import dev.warmpool.session.testkit.PostgresServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The purge of many users that were marked as deleted in one moment: 20,000, and a million in a
 * soak. Each run is a process of its own with a heap of 64 MB.
 */
class PurgeIT {

  private static final boolean IN_A_SOAK = Integer.getInteger("counts", 1) > 1;
  private static final int USERS = IN_A_SOAK ? 1_000_000 : 20_000;
  private static final AtomicInteger CREATED = new AtomicInteger();

  @BeforeEach
  void markUsers() {
    Api.migrate("purge");
    Api.admin(
        "INSERT INTO purge.users (email, name, deleted_at) SELECT 'u' || i || '@example.org', 'U',"
            + " now() - interval '40 days' FROM generate_series(1, "
            + USERS
            + ") i; INSERT INTO purge.users (email, name, deleted_at) VALUES ('kept@example.org',"
            + " 'K', now()), ('living@example.org', 'L', NULL)");
  }

  private static JsonNode run(int batchSize, int remainingMillis)
      throws IOException, InterruptedException {
    ProcessBuilder program =
        new ProcessBuilder(
                List.of(
                    "nice", // on Lambda, only its statements take the others' time
                    "-n",
                    "19",
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:TieredStopAtLevel=1",
                    "-Xmx64m",
                    "-cp",
                    System.getProperty("java.class.path"),
                    PurgeProgram.class.getName(),
                    "{\"batchSize\":" + batchSize + "}",
                    Integer.toString(remainingMillis)))
            .redirectError(ProcessBuilder.Redirect.DISCARD);
    Map<String, String> environment = program.environment();
    environment.putAll(PostgresServer.shared().environment());
    environment.put("POSTGRES_SCHEMA", "purge");
    Process process = program.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    boolean hasReport = process.waitFor() == 0;
    return hasReport ? Json.read(output.substring(output.indexOf("{\"job\""))) : Json.object();
  }

  @ParameterizedTest
  @ValueSource(ints = {100, 1_000, 10_000})
  @Timeout(1_800)
  void deletesThemInBatchesWithLittleMemory(int batchSize) throws Exception {
    Api.admin("DELETE FROM warmpool.tenants WHERE schema_name <> 'purge'");
    Instant began = Instant.now();
    JsonNode report = run(batchSize, 1_500_000);
    assertThat(report.toString())
        .contains("\"deleted\":" + USERS + ",\"batches\":" + (USERS / batchSize + 1))
        .endsWith("\"complete\":true}");
    assertThat(Api.number("SELECT count(*) FROM purge.users")).isEqualTo(2);
    System.out.printf(
        "%,d users in batches of %,d: %d ms%n",
        USERS, batchSize, Duration.between(began, Instant.now()).toMillis());
  }

  /**
   * Each run has more time than the one before. The first has none for a batch, or, on a busy
   * machine, for a report.
   */
  @Test
  @Timeout(1_800)
  void goesOnWhereADeadlineHasCutARun() throws Exception {
    Api.admin("DELETE FROM warmpool.tenants WHERE schema_name <> 'purge'");
    List<JsonNode> reports = new ArrayList<>();
    for (int remaining = 1_600; ; remaining *= 2) {
      reports.add(run(100, remaining));
      if (reports.get(reports.size() - 1).path("complete").asBoolean()) {
        break;
      }
    }
    assertThat(reports).hasSizeGreaterThan(1);
    assertThat(reports.stream().mapToLong(report -> report.path("deleted").asLong()).sum())
        .isEqualTo(USERS);
    assertThat(Api.number("SELECT count(*) FROM purge.users")).isEqualTo(2);
  }

  /** A clock says nothing on a machine that has other work: the two baselines then differ. */
  @Test
  @EnabledIfSystemProperty(
      named = "counts",
      matches = "\\d\\d+",
      disabledReason = "tells of a quiet machine: run it with -Psoak")
  @Timeout(1_800)
  void leavesReadersAndWritersBesideItTheirPace() throws Exception {
    Api.admin("DELETE FROM warmpool.tenants WHERE schema_name <> 'purge'");
    Api.admin("VACUUM ANALYZE purge.users"); // as autovacuum would while the baseline is measured
    Api.admin("CHECKPOINT");
    try (Api api = Api.with(Map.of("POSTGRES_SCHEMA", "purge", "POOL_SIZE", "2"))) {
      PacedRequests requests =
          new PacedRequests(
              api,
              Duration.ofSeconds(IN_A_SOAK ? 20 : 1),
              List.of(new Caller("read", PurgeIT::read), new Caller("write", PurgeIT::write)));
      Latencies before = IN_A_SOAK ? requests.steady() : requests.alone();
      Latencies meanwhile = requests.meanwhile(() -> run(1_000, 1_500_000));
      Latencies after = requests.alone();
      System.out.printf("p99 in ms: before %s, meanwhile %s, after %s%n", before, meanwhile, after);
      assertThat(
              Api.number(
                  "SELECT count(*) FROM purge.users WHERE deleted_at < now() - "
                      + "interval '30 days'"))
          .isZero();
      if (IN_A_SOAK) {
        assumeTrue(before.steady(after), "the machine is not quiet: its baselines differ");
        assertThat(meanwhile.within(1.5, before.slower(after))).isTrue();
      }
    }
  }

  private static Event read() {
    return Event.of("GET /users").with("query", "limit", "10");
  }

  private static Event write() {
    String email = "paced" + CREATED.incrementAndGet() + "@example.org";
    return Event.of("POST /users").body(Event.user(email, "Paced"));
  }
}
