package dev.warmpool.functions;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.warmpool.functions.event.Json;
import dev.warmpool.session.testkit.PostgresServer;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The job that counts and ends connections, among those of this and of another application. */
class ReportConnectionsIT {

  private static final String REPORT = "{\"job\":\"report-connections\"}";
  private static final String TERMINATE =
      "{\"job\":\"report-connections\",\"terminateIdleLongerThan\":\"%s\"}";

  private final TestFunctions functions = new TestFunctions();
  private final List<Connection> open = new ArrayList<>();

  /** The job's own connection. */
  @BeforeEach
  void warmUp() throws IOException {
    functions.resetSchema();
  }

  @AfterEach
  void close() throws SQLException {
    for (Connection connection : open) {
      connection.close();
    }
    functions.close();
  }

  private List<Connection> connections(int count, String application, String... statements)
      throws SQLException {
    List<Connection> opened = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Connection connection = PostgresServer.shared().admin();
      opened.add(connection);
      open.add(connection);
      try (Statement statement = connection.createStatement()) {
        statement.execute("SET application_name TO '" + application + "'");
        for (String sql : statements) {
          statement.execute(sql);
        }
      }
    }
    return opened;
  }

  private JsonNode report(String event) throws IOException {
    return Json.read(functions.run("Cleanup", event));
  }

  private static Set<Integer> pids(List<Connection> connections) {
    Set<Integer> pids = new TreeSet<>();
    for (Connection connection : connections) {
      try (Statement statement = connection.createStatement();
          ResultSet row = statement.executeQuery("SELECT pg_backend_pid()")) {
        row.next();
        pids.add(row.getInt(1));
      } catch (SQLException e) {
        throw new IllegalStateException(e);
      }
    }
    return pids;
  }

  private static Set<Integer> alive(Set<Integer> pids) {
    Set<Integer> alive = new TreeSet<>();
    PostgresServer.shared()
        .column("SELECT pid FROM pg_stat_activity")
        .forEach(pid -> alive.add(Integer.valueOf(pid)));
    alive.retainAll(pids);
    return alive;
  }

  @Test
  void countsOwnConnectionsByStateAndAge() throws Exception {
    int before = report(REPORT).path("connections").asInt();
    connections(3, "warmpool");
    connections(2, "warmpool", "BEGIN");
    connections(4, "other");
    JsonNode report = report(REPORT);
    assertThat(report.path("connections").asInt()).isEqualTo(before + 5);
    assertThat(report.path("states").toString())
        .contains("{\"state\":\"idle in transaction\",\"since\":\"PT0S\",\"connections\":2}");
    assertThat(report.path("terminated").asInt()).isZero();
  }

  @Test
  void endsOwnIdleConnectionsOnly() throws Exception {
    Set<Integer> idle = pids(connections(30, "warmpool"));
    Set<Integer> inTransaction = pids(connections(2, "warmpool", "BEGIN"));
    Set<Integer> other = pids(connections(10, "other"));
    assertThat(report(TERMINATE.formatted("PT1H")).path("terminated").asInt()).isZero();
    JsonNode report = report(TERMINATE.formatted("PT0S"));
    assertThat(report.path("terminated").asInt()).isEqualTo(30);
    Awaitility.await().until(() -> alive(idle).isEmpty());
    assertThat(alive(inTransaction)).isEqualTo(inTransaction);
    assertThat(alive(other)).isEqualTo(other);
    assertThat(report(REPORT).path("complete").asBoolean()).isTrue();
  }

  /** A statement runs in each of them, for as long as another transaction holds the lock. */
  @Test
  void endsNoneThatRunsAStatement() throws Exception {
    Connection holder = connections(1, "other", "BEGIN", "LOCK TABLE events.users").get(0);
    Set<Integer> busy = new TreeSet<>();
    List<Thread> waiting = new ArrayList<>();
    for (Connection connection : connections(3, "warmpool")) {
      busy.addAll(pids(List.of(connection)));
      Thread thread = new Thread(() -> count(connection));
      waiting.add(thread);
      thread.start();
    }
    Awaitility.await()
        .until(
            () ->
                Api.number("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
                    == 3);
    assertThat(report(TERMINATE.formatted("PT0S")).path("terminated").asInt()).isZero();
    assertThat(alive(busy)).isEqualTo(busy);
    holder.close();
    for (Thread thread : waiting) {
      thread.join();
    }
  }

  private static void count(Connection connection) {
    try (Statement statement = connection.createStatement()) {
      statement.execute("SELECT count(*) FROM events.users");
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
