package dev.warmpool.functions;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Jobs do not wait for rows that another transaction has locked, and say that they are left. */
class LockedRowsIT {

  private static final String USERS = "{\"job\":\"purge-deleted-users\",\"batchSize\":%s}";
  private static final String KEYS = "{\"job\":\"purge-idempotency-keys\",\"batchSize\":%s}";

  private final Map<String, String> variables = new HashMap<>(Map.of("POSTGRES_SCHEMA", "locked"));
  private Api api;

  @BeforeEach
  void insertRows() {
    Api.migrate("locked");
    Api.admin(
        "DELETE FROM warmpool.tenants WHERE schema_name <> 'locked'; TRUNCATE warmpool.job_runs CASCADE;"
            + "INSERT INTO locked.users (email, name, deleted_at) SELECT i || '@example.org', 'U',"
            + " now() - interval '40 days' FROM generate_series(1, 5) i;"
            + "INSERT INTO locked.idempotency_keys (route, key, fingerprint, expires_at)"
            + " SELECT 'r', i, '', now() - interval '1 day' FROM generate_series(1, 5) i");
    api = Api.with(variables);
  }

  @AfterEach
  void close() {
    api.close();
  }

  private JsonNode cleanup(String event) {
    try {
      ByteArrayOutputStream report = new ByteArrayOutputStream();
      new CleanupHandler(api::sessions, variables)
          .handleRequest(
              new ByteArrayInputStream(event.getBytes(StandardCharsets.UTF_8)),
              report,
              new FakeContext(60_000));
      return Json.read(report.toByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Runs work while another transaction holds the rows of this query. */
  private static void whileLocked(String query, Runnable work) throws SQLException {
    try (Connection connection = PostgresServer.shared().admin();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute(query + " FOR UPDATE");
      work.run();
      connection.rollback();
    }
  }

  @ParameterizedTest
  @CsvSource({"1", "2", "5", "1000"})
  void aPurgeOfUsersIsNotCompleteWhileOneIsLocked(int batchSize) throws SQLException {
    String event = USERS.formatted(batchSize);
    whileLocked(
        "SELECT FROM locked.users WHERE id = 2",
        () ->
            assertThat(cleanup(event).toString())
                .contains("\"done\":0,\"failed\":0,\"busy\":1,\"deleted\":4")
                .endsWith("\"complete\":false}"));
    assertThat(cleanup(event).toString())
        .contains("\"busy\":0,\"deleted\":1")
        .endsWith("\"complete\":true}");
  }

  /** All keys have one time: a run must not meet the locked ones again and again. */
  @ParameterizedTest
  @CsvSource({"1", "2", "5", "1000"})
  void aPurgeOfKeysIsNotCompleteWhileSomeAreLocked(int batchSize) throws SQLException {
    String event = KEYS.formatted(batchSize);
    whileLocked(
        "SELECT FROM locked.idempotency_keys WHERE key IN ('2', '3')",
        () ->
            assertThat(cleanup(event).toString())
                .contains("\"done\":0,\"failed\":0,\"busy\":1")
                .endsWith("\"complete\":false}"));
    cleanup(event);
    assertThat(Api.number("SELECT count(*) FROM locked.idempotency_keys")).isZero();
    assertThat(cleanup(event).path("complete").asBoolean()).isTrue();
  }

  /** The message comes twice more, as that of a tenant that another run holds. */
  @Test
  void aWorkerRecordsTheTenantAsBusy() throws SQLException {
    try (Queues queues = new Queues()) {
      variables.putAll(queues.environment());
      variables.put("FANOUT_THRESHOLD", "0");
      String run = cleanup(USERS.formatted(2)).path("run").asText();
      whileLocked("SELECT FROM locked.users WHERE id = 2", () -> pollThreeTimes(queues));
      assertThat(cleanup("{\"run\":\"" + run + "\"}").toString())
          .contains("\"done\":0,\"failed\":0,\"busy\":1,\"pending\":0,\"deleted\":4")
          .endsWith("\"complete\":false}");
      assertThat(queues.deadLetters()).isEmpty();
    }
  }

  private void pollThreeTimes(Queues queues) {
    CleanupWorkerHandler worker = new CleanupWorkerHandler(api::sessions, variables);
    for (int i = 0; i < 3; i++) {
      queues.poll(event -> worker.handleRequest(event, new FakeContext(60_000)));
    }
  }
}
