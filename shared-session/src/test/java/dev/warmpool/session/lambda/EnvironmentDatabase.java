package dev.warmpool.session.lambda;

import dev.warmpool.session.PasswordSource;
import dev.warmpool.session.SessionManager;
import dev.warmpool.session.SessionSettings;
import dev.warmpool.session.testkit.PostgresServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The server that an execution environment's manager uses, and a look at it from outside. */
final class EnvironmentDatabase {

  private final PostgresServer server = PostgresServer.shared();

  SessionSettings settings(int port) {
    Map<String, String> environment = new HashMap<>(server.environment());
    environment.put("POSTGRES_SCHEMA", "public");
    environment.put("POSTGRES_PORT", Integer.toString(port));
    environment.put("POOL_TIMEOUT", "1");
    return SessionSettings.from(environment);
  }

  SessionManager manager() {
    return SessionManager.create(settings(server.port()), PasswordSource.fixed("postgres"));
  }

  int port() {
    return server.port();
  }

  void admin(String sql) {
    try (Connection connection = server.admin();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

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

  /** Of the connections that sessions have. */
  List<String> states() {
    return column("SELECT state FROM pg_stat_activity WHERE application_name = 'warmpool'");
  }
}
