package dev.warmpool.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.warmpool.local.runtime.InvocationReport.Outcome;
import dev.warmpool.local.runtime.InvocationResult;
import dev.warmpool.session.testkit.PostgresServer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Workers get SIGKILL in the middle of a run in many tenants. Their messages come again after the
 * visibility time-out, and a trigger counts the committed batches of each tenant.
 */
@Timeout(900)
class KilledWorkerIT {

  /** Three messages, and ten in a soak. */
  private static final int TENANTS = 250 * Math.min(4, Integer.getInteger("counts", 1));

  /** In a soak one fewer than a message's deliveries, so that none is a dead letter. */
  private static final int KILLS = Math.min(2, Integer.getInteger("counts", 1));

  /** Long enough for the tenants of a message on a busy machine. */
  private static final int VISIBILITY_SECONDS = 12;

  private static final Duration LIMIT = Duration.ofMinutes(10);

  private static final String SCHEMAS =
      """
      CREATE TABLE public.batches (tenant text NOT NULL);
      CREATE FUNCTION public.batch() RETURNS trigger LANGUAGE plpgsql AS
        'BEGIN INSERT INTO public.batches VALUES (TG_TABLE_SCHEMA); PERFORM pg_sleep(0.01);
         RETURN NULL; END';
      DO $$ BEGIN FOR i IN 1..%d LOOP
        EXECUTE format('CREATE SCHEMA t%%s CREATE TABLE idempotency_keys'
          ' (route text, key text, expires_at timestamptz)', i);
        EXECUTE format('INSERT INTO t%%s.idempotency_keys VALUES (''r'', ''k'', ''-infinity'')', i);
        EXECUTE format('CREATE TRIGGER batch AFTER DELETE ON t%%s.idempotency_keys'
          ' FOR EACH STATEMENT EXECUTE FUNCTION public.batch()', i);
        INSERT INTO warmpool.tenants VALUES ('t' || i, 1);
      END LOOP; END $$;
      DELETE FROM warmpool.tenants WHERE schema_name = 'app';
      """;

  private static final EndedInvocations ENDED = new EndedInvocations();

  private static PostgresServer server;
  private static ProjectStack project;

  @BeforeAll
  static void start() {
    server = PostgresServer.with(Map.of());
    project =
        ProjectStack.start(
            server,
            Map.of("POSTGRES_SCHEMA", "app"),
            template ->
                template
                    .replace("VisibilityTimeout: 360", "VisibilityTimeout: " + VISIBILITY_SECONDS)
                    .replace("BatchSize: 5", "BatchSize: 1"));
    project.stack().functions().observe(ENDED);
    server.execute(SCHEMAS.formatted(TENANTS));
  }

  @AfterAll
  static void stop() {
    project.close();
    server.close();
  }

  private static JsonNode cleanup(String event) throws InterruptedException {
    InvocationResult result =
        project.stack().functions().get("Cleanup").invoke(event.getBytes(StandardCharsets.UTF_8));
    assertThat(result.failed()).as(result.text()).isFalse();
    return Http.tree(result.text());
  }

  /** Kills one process, when this many tenants are done. */
  private static void killWorkerAfter(int done) {
    Awaitility.await()
        .atMost(LIMIT)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> server.number("SELECT count(*) FROM public.batches") >= done);
    List<Long> workers = project.stack().functions().get("CleanupWorker").processes();
    assertThat(workers).isNotEmpty();
    ProcessHandle.of(workers.get(0)).ifPresent(ProcessHandle::destroyForcibly);
  }

  private static boolean isQueueEmpty() {
    for (JsonNode queue : Http.json(project.http().get("/_local/queues"))) {
      if (queue.path("visible").asInt() + queue.path("inFlight").asInt() > 0) {
        return false;
      }
    }
    return true;
  }

  @Test
  void everyTenantIsDoneOnceAlthoughWorkersAreKilled() throws InterruptedException {
    String run = cleanup("{\"job\":\"purge-idempotency-keys\"}").path("run").asText();
    for (int kill = 0; kill < KILLS; kill++) {
      killWorkerAfter(TENANTS * (1 + 2 * kill) / 6);
    }
    String question = "{\"run\":\"" + run + "\"}";
    Awaitility.await().atMost(LIMIT).until(() -> cleanup(question).path("pending").asInt() == 0);
    Awaitility.await().atMost(LIMIT).until(KilledWorkerIT::isQueueEmpty);

    int tenants = TENANTS + 1; // with POSTGRES_SCHEMA
    assertThat(cleanup(question).toString())
        .contains("\"tenants\":%1$d,\"done\":%1$d,\"failed\":0,\"busy\":0".formatted(tenants))
        .contains("\"deleted\":%d,\"batches\":%d".formatted(TENANTS, tenants))
        .endsWith("\"failures\":[],\"complete\":true}");
    assertThat(
            server.column(
                "SELECT count(DISTINCT tenant) || ' in ' || count(*) FROM public.batches"))
        .containsExactly(TENANTS + " in " + TENANTS);
    assertThat(ENDED.of("CleanupWorker").stream().flatMap(id -> ENDED.outcomes(id).stream()))
        .filteredOn(Outcome.CRASHED::equals)
        .as("invocations whose process was killed")
        .hasSize(KILLS);
  }
}
