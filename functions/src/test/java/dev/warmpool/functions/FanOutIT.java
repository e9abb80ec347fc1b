package dev.warmpool.functions;

import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.events.SQSBatchResponse;
import com.amazonaws.services.lambda.runtime.events.SQSEvent;
import com.fasterxml.jackson.databind.JsonNode;
import dev.warmpool.functions.cleanup.CleanupHandler;
import dev.warmpool.functions.cleanup.CleanupWorkerHandler;
import dev.warmpool.functions.event.Json;
import dev.warmpool.session.testkit.PostgresServer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import software.amazon.awssdk.services.sqs.model.Message;

/** A job in many tenants: through the queue, by several workers at once. */
class FanOutIT {

  private static final int COUNTS = Integer.getInteger("counts", 1);

  /** As many as a soak is told: how the time grows is seen from several runs. */
  private static final int TENANTS = Integer.getInteger("tenants", COUNTS == 1 ? 200 : 10_000);

  private static final int WORKERS = 3;
  private static final String JOB = "{\"job\":\"purge-idempotency-keys\"}";

  private static final String BLOCKED =
      " FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND application_name = 'warmpool'";

  private final Queues queues = new Queues();
  private final List<Api> environments = new ArrayList<>();

  @BeforeAll
  static void createTenants() {
    ManyTenants.create(TENANTS);
  }

  @AfterAll
  static void dropTenants() {
    ManyTenants.drop();
    Api.admin("DROP SCHEMA warmpool CASCADE; DROP FUNCTION many_run; DROP TABLE many_runs");
  }

  @BeforeEach
  void startEnvironments() {
    Api.admin("TRUNCATE many_runs, warmpool.job_runs, warmpool.job_run_tenants");
    for (int i = 0; i <= WORKERS; i++) {
      environments.add(Api.with(Map.of("POOL_SIZE", "1")));
    }
  }

  @AfterEach
  void stop() {
    environments.forEach(Api::close);
    queues.close();
  }

  private JsonNode cleanup(String event) {
    Map<String, String> environment = new HashMap<>(queues.environment());
    environment.put("FANOUT_THRESHOLD", "25");
    try {
      ByteArrayOutputStream report = new ByteArrayOutputStream();
      new CleanupHandler(environments.get(WORKERS)::sessions, environment)
          .handleRequest(
              new ByteArrayInputStream(event.getBytes(StandardCharsets.UTF_8)),
              report,
              new FakeContext(60_000));
      return Json.read(report.toByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private JsonNode became(JsonNode sent) {
    return cleanup("{\"run\":\"" + sent.path("run").asText() + "\"}");
  }

  private CleanupWorkerHandler worker(int environment) {
    return new CleanupWorkerHandler(environments.get(environment)::sessions, queues.environment());
  }

  private void poll(int environment) {
    CleanupWorkerHandler handler = worker(environment);
    queues.poll(event -> handler.handleRequest(event, new FakeContext(60_000)));
  }

  /** Workers poll until no tenant of the run is pending. */
  private JsonNode work(JsonNode sent) {
    ExecutorService workers = Executors.newFixedThreadPool(WORKERS);
    try {
      List<Future<?>> polling =
          IntStream.range(0, WORKERS)
              .<Future<?>>mapToObj(i -> workers.submit(() -> pollUntilNothingIsPending(i, sent)))
              .toList();
      for (Future<?> worker : polling) {
        worker.get();
      }
      return became(sent);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    } finally {
      workers.shutdownNow();
    }
  }

  private void pollUntilNothingIsPending(int environment, JsonNode sent) {
    while (Api.number(
            "SELECT count(*) FROM warmpool.job_run_tenants WHERE state = 'pending' AND run_id = '"
                + sent.path("run").asText()
                + "'")
        > 0) {
      poll(environment);
    }
  }

  private static String counts(int done, int failed) {
    return "\"tenants\":%d,\"done\":%d,\"failed\":%d,\"busy\":0,\"pending\":0"
        .formatted(TENANTS, done, failed);
  }

  @Test
  @Timeout(900)
  void worksInEveryTenantOnce() {
    Instant began = Instant.now();
    JsonNode sent = cleanup(JOB);
    assertThat(sent.path("sent").asInt()).isEqualTo(TENANTS);
    Duration sending = Duration.between(began, Instant.now());
    assertThat(work(sent).toString())
        .contains(counts(TENANTS, 0))
        .contains("\"batches\":" + TENANTS)
        .endsWith("\"failures\":[],\"complete\":true}");
    assertThat(ManyTenants.runs()).isEqualTo(TENANTS + " in " + TENANTS);
    assertThat(queues.deadLetters()).isEmpty();
    System.out.printf(
        "%d tenants: sent in %d ms, done in %d ms, heap %d MB%n",
        TENANTS,
        sending.toMillis(),
        Duration.between(began, Instant.now()).toMillis(),
        (Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory()) >> 20);
  }

  /**
   * Messages come twice and in any order, cut into smaller ones; one tenant has lost its table, and
   * a worker is killed while it holds another one.
   */
  @Test
  @Timeout(900)
  void worksInEveryOtherTenantOnceIfOneIsBrokenAndAWorkerIsKilled() throws Exception {
    Api.admin("ALTER TABLE many_13.idempotency_keys RENAME TO away");
    try {
      JsonNode sent = cleanup(JOB);
      disturb(sent);
      kill();
      JsonNode report = work(sent);
      assertThat(report.toString()).contains(counts(TENANTS - 1, 1));
      assertThat(report.path("batches").asInt()).isEqualTo(TENANTS - 1);
      assertThat(ManyTenants.runs()).isEqualTo((TENANTS - 1) + " in " + (TENANTS - 1));
      String reason = "relation \"idempotency_keys\" does not exist";
      assertThat(report.path("failures").toString())
          .isEqualTo(
              "[{\"tenant\":\"many_13\",\"error\":\"" + reason.replace("\"", "\\\"") + "\"}]");
      assertThat(queues.deadLetters())
          .isNotEmpty()
          .allSatisfy(letter -> isOfTheBrokenTenant(letter, sent, reason));
    } finally {
      Api.admin("ALTER TABLE many_13.away RENAME TO idempotency_keys");
    }
  }

  /** Sends the run's messages in parts of ten tenants, each twice, in any order. */
  private void disturb(JsonNode sent) throws IOException {
    List<String> tenants = new ArrayList<>();
    for (String body : queues.drain()) {
      Json.read(body).path("tenants").forEach(tenant -> tenants.add(tenant.asText()));
    }
    assertThat(tenants).hasSize(TENANTS).doesNotHaveDuplicates();
    List<String> bodies = new ArrayList<>();
    for (int from = 0; from < TENANTS; from += 10) {
      var body = Json.object().put("run", sent.path("run").asText());
      tenants.subList(from, from + 10).forEach(body.withArray("tenants")::add);
      bodies.addAll(List.of(body.toString(), body.toString()));
    }
    Collections.shuffle(bodies, new Random(7));
    bodies.forEach(queues::send);
  }

  private static void isOfTheBrokenTenant(Message letter, JsonNode sent, String reason) {
    String run = sent.path("run").asText();
    assertThat(letter.body()).isEqualTo("{\"run\":\"" + run + "\",\"tenants\":[\"many_13\"]}");
    assertThat(letter.messageAttributes().get("reason").stringValue()).isEqualTo(reason);
    assertThat(letter.messageAttributes().get("SQLSTATE").stringValue()).isEqualTo("42P01");
    assertThat(letter.messageAttributes().get("run").stringValue()).isEqualTo(run);
  }

  /**
   * Takes messages as a worker does that is killed in the transaction of its next tenant: the
   * server finds its connection gone, and the queue gets no answer.
   */
  private void kill() throws SQLException {
    try (Connection connection = PostgresServer.shared().admin();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("LOCK TABLE many_runs IN ACCESS EXCLUSIVE MODE");
      Api doomed = Api.with(Map.of());
      CleanupWorkerHandler handler =
          new CleanupWorkerHandler(doomed::sessions, queues.environment());
      queues.poll(
          event -> {
            CompletableFuture<SQSBatchResponse> killed =
                CompletableFuture.supplyAsync(
                    () -> handler.handleRequest(event, new FakeContext(60_000)));
            Awaitility.await().until(() -> Api.number("SELECT count(*)" + BLOCKED) > 0);
            doomed.sessions().close(Duration.ZERO).subscribe();
            Api.number("SELECT count(pg_terminate_backend(pid))" + BLOCKED);
            killed.join();
            return allAgain(event);
          });
      connection.rollback();
    }
  }

  private static SQSBatchResponse allAgain(SQSEvent event) {
    return new SQSBatchResponse(
        event.getRecords().stream()
            .map(message -> new SQSBatchResponse.BatchItemFailure(message.getMessageId()))
            .toList());
  }

  @Test
  void saysBusyIfAnotherRunHoldsATenantToTheLastDelivery() throws SQLException {
    JsonNode sent = cleanup(JOB);
    try (Connection connection = PostgresServer.shared().admin();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute(
          "SELECT pg_advisory_xact_lock("
              + "hashtextextended('many_7/purge-idempotency-keys', 0))");
      assertThat(work(sent).toString())
          .contains("\"done\":%d,\"failed\":0,\"busy\":1,\"pending\":0".formatted(TENANTS - 1))
          .endsWith("\"complete\":false}");
    }
    assertThat(queues.deadLetters()).isEmpty();
  }
}
