package dev.warmpool.functions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmpool.session.testkit.PostgresServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A server with a database {@code warmpool} whose owner has made the two roles with {@code
 * docs/database-roles.sql}. As on RDS the owner may create roles and is no superuser. For one test
 * at a time.
 */
final class RolesDatabase implements AutoCloseable {

  static final String FUNCTIONS = "warmpool";
  static final String MIGRATE = "warmpool_migrate";
  static final String OWNER = "warmpool_owner";

  private static final Path PAGE = Path.of("../docs/database-roles.sql");

  private final PostgresServer server = PostgresServer.with(Map.of());

  RolesDatabase() {
    server.execute("CREATE ROLE " + OWNER + " LOGIN CREATEROLE");
    server.execute("CREATE DATABASE warmpool OWNER " + OWNER);
    makeRoles();
  }

  /** Runs the page's statements, each as a transaction of its own, as psql and the stack do. */
  void makeRoles() {
    try (Connection owner = connect(OWNER);
        Statement statement = owner.createStatement()) {
      for (String sql : page()) {
        statement.execute(sql);
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Returns the page's statements, one of each line that is no comment. */
  static List<String> page() {
    try {
      return Files.readAllLines(PAGE).stream().filter(line -> !line.startsWith("--")).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Connects to the database as a role; the caller closes it. */
  Connection connect(String role) throws SQLException {
    String url = "jdbc:postgresql://127.0.0.1:" + server.port() + "/warmpool";
    return DriverManager.getConnection(url, role, "any");
  }

  /** Returns the variables of a function that connects as this role. */
  Map<String, String> variables(String role) {
    Map<String, String> variables = new HashMap<>(server.environment());
    variables.put("POSTGRES_DB", "warmpool");
    variables.put("POSTGRES_USER", role);
    return variables;
  }

  /** Migrates schemas by the handler of {@code Migrate} and its role. */
  void migrate(String schemas) {
    assertThat(Api.report(variables(MIGRATE), "{\"schemas\":[" + schemas + "]}"))
        .contains("\"complete\":true");
  }

  @Override
  public void close() {
    server.close();
  }
}
