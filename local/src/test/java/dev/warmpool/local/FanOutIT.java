package dev.warmpool.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
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

/** The project's scheduled job in many tenants: a schedule, a function, a queue and its workers. */
class FanOutIT {

  private static final List<String> TENANTS = List.of("north", "south", "west");
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private static PostgresServer server;
  private static ProjectStack project;

  @BeforeAll
  static void start() throws InterruptedException {
    server = PostgresServer.with(Map.of());
    project =
        ProjectStack.start(
            server,
            Map.of("POSTGRES_SCHEMA", "north"),
            template ->
                template.replace(
                    "CLEANUP_QUEUE_URL: !Ref CleanupQueue",
                    "CLEANUP_QUEUE_URL: !Ref CleanupQueue\n          FANOUT_THRESHOLD: 0"));
    invoke("Migrate", "{\"schemas\":[\"north\",\"south\",\"west\"]}");
    for (String tenant : TENANTS) {
      server.execute(
          "INSERT INTO %s.users (email, name, deleted_at) VALUES ('a@example.org', 'A', now() - interval '90 days')"
              .formatted(tenant));
    }
  }

  @AfterAll
  static void stop() {
    project.close();
    server.close();
  }

  private static JsonNode invoke(String function, String event) throws InterruptedException {
    InvocationResult result =
        project.stack().functions().get(function).invoke(event.getBytes(StandardCharsets.UTF_8));
    assertThat(result.failed()).as(result.text()).isFalse();
    return Http.tree(result.text());
  }

  private static List<String> rows(String tenant) {
    return server.column("SELECT id FROM " + tenant + ".users");
  }

  @Test
  void worksThroughTheTenantsThatAScheduledRunSendsToTheQueue() throws InterruptedException {
    JsonNode started =
        Http.json(project.http().send("POST", "/_local/schedules/PurgeDeletedUsers", ""));
    String run = started.path("run").asText();
    assertThat(run).as(started.toString()).isNotEmpty();
    String question = "{\"detail\":{\"run\":\"" + run + "\"}}";

    Awaitility.await()
        .atMost(LIMIT)
        .until(() -> invoke("Cleanup", question).path("complete").asBoolean());

    assertThat(TENANTS).allSatisfy(tenant -> assertThat(rows(tenant)).isEmpty());
    assertThat(project.stack().functions().get("CleanupWorker").processes()).isNotEmpty();
    for (JsonNode queue : Http.json(project.http().get("/_local/queues"))) {
      assertThat(queue.path("visible").asInt()).as(queue.toString()).isZero();
    }
  }
}
