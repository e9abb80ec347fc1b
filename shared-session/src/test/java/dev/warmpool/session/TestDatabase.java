package dev.warmpool.session;

import dev.warmpool.session.testkit.PostgresServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/** A server as the tests of sessions see it: managers on it, and a look at it from outside. */
final class TestDatabase {

  /** Longer than anything here may take. */
  static final Duration BOUND = Duration.ofSeconds(20);

  /** How much of each large count is run: 1 of 10, or all of it in a soak. */
  static final int COUNTS = Integer.getInteger("counts", 1);

  private static final String PID = "SELECT pg_backend_pid()";

  private final PostgresServer server;

  TestDatabase(PostgresServer server) {
    this.server = server;
  }

  PostgresServer server() {
    return server;
  }

  SessionManager manager(String schema, Map<String, String> changes) {
    Map<String, String> environment = new HashMap<>(server.environment());
    environment.put("POSTGRES_SCHEMA", schema);
    environment.putAll(changes);
    return SessionManager.create(
        SessionSettings.from(environment), PasswordSource.fixed("postgres"));
  }

  /** Runs statements as superuser. */
  void admin(String sql) {
    try (Connection connection = server.admin();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The first column of what a query finds. */
  List<String> column(String sql) {
    try (Connection connection = server.admin();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      List<String> values = new ArrayList<>();
      while (rows.next()) {
        values.add(rows.getString(1));
      }
      return values;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  long number(String sql) {
    return Long.parseLong(column(sql).get(0));
  }

  /** States of the connections that sessions have, as the server sees them. */
  List<String> states() {
    return column("SELECT state FROM pg_stat_activity WHERE application_name = 'warmpool'");
  }

  void killAll() {
    admin(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            + " WHERE application_name = 'warmpool'");
  }

  static Mono<Integer> pid(Session session) {
    return session.query(PID, row -> row.get(0, Integer.class)).single();
  }

  static Integer pid(SessionManager manager, SessionOptions options) {
    return manager.inSession(options, TestDatabase::pid).as(TestDatabase::await);
  }

  /** Waits until nothing is under way, then closes. */
  static void end(SessionManager manager) {
    manager.close(BOUND).as(TestDatabase::await);
  }

  /** The result, as a handler waits for it. */
  static <T> @Nullable T await(Mono<T> result) {
    return SessionManager.await(result, BOUND);
  }
}
