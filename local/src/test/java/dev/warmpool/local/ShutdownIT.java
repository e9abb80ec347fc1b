package dev.warmpool.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.warmpool.session.testkit.PostgresServer;
import dev.warmpool.session.testkit.WireProxy;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The shutdown of an environment that holds connections. */
@Tag("alone")
class ShutdownIT {

  private static final Duration BUDGET = Duration.ofMillis(300);
  private static final int CONNECTIONS = 4;

  private static PostgresServer server;

  @BeforeAll
  static void start() {
    server = PostgresServer.with(Map.of());
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static SessionStack stack(String extension, int port) {
    return SessionStack.on(
        server,
        1,
        Map.of(
            "LOCAL_EXTENSION", extension,
            "POSTGRES_PORT", Integer.toString(port),
            "POOL_SIZE", Integer.toString(CONNECTIONS)));
  }

  /** Measured from SIGTERM, which a frozen process handles when it is thawed. */
  @Test
  void closesTheConnectionsWithinTheBudgetOfAnInternalExtension() throws SQLException {
    WireProxy proxy = WireProxy.to(server.port());
    SessionStack stack = stack("internal", proxy.port());
    try (proxy;
        Connection admin = server.admin()) {
      assertThat(stack.invoke("Session", "{\"do\":\"several\"}").path("idle").asInt())
          .isEqualTo(CONNECTIONS);
      assertThat(stack.connections()).hasSize(CONNECTIONS);
      long began = System.nanoTime();
      CompletableFuture<Void> closing = CompletableFuture.runAsync(stack::close);
      while (connections(admin) > 0) {
        Thread.onSpinWait();
      }
      Duration took = Duration.ofNanos(System.nanoTime() - began);
      Output.line(CONNECTIONS + " connections closed " + took.toMillis() + " ms after SIGTERM");
      assertThat(took).isLessThan(BUDGET);
      closing.join();
      assertThat(proxy.messages().stream().filter(message -> message.kind() == 'X'))
          .as("each connection is closed by a Terminate message")
          .hasSize(CONNECTIONS);
    }
  }

  private static long connections(Connection admin) throws SQLException {
    try (Statement statement = admin.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'warmpool'")) {
      rows.next();
      return rows.getLong(1);
    }
  }

  @Test
  void leavesNoLockAfterSigkill() {
    try (SessionStack stack = stack("none", server.port())) {
      JsonNode before = stack.invoke("Session", "{}");
      CompletableFuture<Void> blocked =
          CompletableFuture.runAsync(() -> stack.result("Session", "{\"do\":\"block\"}"));
      Awaitility.await().until(() -> !locks().isEmpty());
      ProcessHandle.of(before.path("process").asLong()).ifPresent(p -> p.destroyForcibly());
      blocked.join();
      JsonNode after = stack.invoke("Session", "{\"token\":\"next\"}");
      assertThat(after.path("token").asText()).isEqualTo("next");
      Awaitility.await()
          .atMost(Duration.ofSeconds(2))
          .untilAsserted(
              () -> {
                assertThat(locks()).isEmpty();
                assertThat(stack.connections()).containsExactly(after.path("backend").asText());
              });
    }
  }

  private static List<String> locks() {
    return server.column(
        "SELECT l.pid FROM pg_locks l JOIN pg_class c ON c.oid = l.relation"
            + " WHERE c.relname = 'marker' AND l.mode = 'RowExclusiveLock'");
  }
}
