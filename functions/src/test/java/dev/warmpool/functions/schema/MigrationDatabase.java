package dev.warmpool.functions.schema;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.warmpool.functions.FakeContext;
import dev.warmpool.functions.event.Json;
import dev.warmpool.functions.fanout.FanOutSettings;
import dev.warmpool.session.PasswordSource;
import dev.warmpool.session.SessionManager;
import dev.warmpool.session.manager.SessionManagers;
import dev.warmpool.session.settings.SessionSettings;
import dev.warmpool.session.testkit.PostgresServer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A new, empty database on the shared server, dropped when it is closed, with a pool of four
 * connections and {@code Migrate} on it. For one test at a time.
 */
final class MigrationDatabase implements AutoCloseable {

  static final String OWN_SCHEMA = "own";

  static final FanOutSettings WITHOUT_QUEUE =
      new FanOutSettings(0, Optional.empty(), Optional.empty());

  private static final String NAME = "migrations";
  private static final Duration BOUND = Duration.ofSeconds(20);

  private final SessionManager sessions;

  private FanOutSettings fanOut = WITHOUT_QUEUE;

  /** Creates an empty database. */
  MigrationDatabase() {
    this(PostgresServer.shared().port(), "template1");
  }

  /**
   * Creates the database as a copy.
   *
   * @param port that connections go to, the server's or a proxy's
   * @param template the database to copy
   */
  MigrationDatabase(int port, String template) {
    PostgresServer.shared().execute("DROP DATABASE IF EXISTS " + NAME + " WITH (FORCE)");
    PostgresServer.shared()
        .execute("CREATE DATABASE " + NAME + " TEMPLATE " + template + " STRATEGY FILE_COPY");
    Map<String, String> environment = environment();
    environment.put("POSTGRES_PORT", Integer.toString(port));
    sessions =
        SessionManagers.create(SessionSettings.from(environment), PasswordSource.fixed("postgres"));
  }

  /** Returns the settings of a session manager for this database. */
  static Map<String, String> environment() {
    Map<String, String> environment = new HashMap<>(PostgresServer.shared().environment());
    environment.put("POSTGRES_DB", NAME);
    environment.put("POOL_SIZE", "4");
    environment.put("MAX_OVERFLOW", "0");
    environment.put("OPENING_TIMEOUT", "10");
    return environment;
  }

  /** Returns the settings of {@link #environment()} in the environment of another process. */
  static Map<String, String> databaseOf(Map<String, String> environment) {
    Map<String, String> settings = new HashMap<>(environment);
    settings.keySet().removeIf(name -> !name.matches("(POSTGRES|POOL|MAX|OPENING)_.+"));
    return settings;
  }

  /**
   * Returns the first scripts of a made-up product: V1 makes a table, each later one a column with
   * a comment.
   */
  static Scripts scripts(int count) {
    List<Migration> scripts = new ArrayList<>();
    scripts.add(script(1, "CREATE TABLE items (id int PRIMARY KEY)"));
    for (int version = 2; version <= count; version++) {
      String sql = "ALTER TABLE items ADD COLUMN c%1$d int; COMMENT ON COLUMN items.c%1$d IS 'c'";
      scripts.add(script(version, sql.formatted(version)));
    }
    return new Scripts(scripts.subList(0, count));
  }

  static Migration script(int version, String sql) {
    return Migration.of("V" + version + "__script.sql", sql);
  }

  /** Lets {@code Migrate} send schemas to a queue. */
  void fanOut(FanOutSettings settings) {
    fanOut = settings;
  }

  SessionManager sessions() {
    return sessions;
  }

  /** Invokes {@code Migrate} with these scripts and returns its report. */
  JsonNode migrate(Scripts scripts, String event) {
    return migrate(scripts, event, 60_000);
  }

  /** Invokes {@code Migrate} in an invocation that has this many milliseconds left. */
  JsonNode migrate(Scripts scripts, String event, int millis) {
    try {
      ByteArrayOutputStream report = new ByteArrayOutputStream();
      new MigrateHandler(() -> sessions, OWN_SCHEMA, () -> scripts, fanOut)
          .handleRequest(
              new ByteArrayInputStream(event.getBytes(StandardCharsets.UTF_8)),
              report,
              new FakeContext(millis));
      return Json.read(report.toByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the database's JDBC URL. */
  static String url() {
    return "jdbc:postgresql://127.0.0.1:" + PostgresServer.shared().port() + "/" + NAME;
  }

  /** Opens a superuser's connection to this database; the caller closes it. */
  static Connection admin() throws SQLException {
    return DriverManager.getConnection(url(), "postgres", "postgres");
  }

  /** Runs statements as superuser. */
  static void execute(String sql) {
    try (Connection connection = admin();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Returns the first column of a query, as text. */
  static List<String> column(String sql) {
    try (Connection connection = admin();
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

  /** Returns the one number that a query selects. */
  static long number(String sql) {
    return Long.parseLong(column(sql).get(0));
  }

  /** Closes this, but keeps its database under another name. */
  void keepAs(String template) {
    closeSessions();
    PostgresServer.shared().execute("ALTER DATABASE " + NAME + " RENAME TO " + template);
  }

  /** Fails if a connection is still acquired. */
  @Override
  public void close() {
    closeSessions();
    PostgresServer.shared().execute("DROP DATABASE " + NAME + " WITH (FORCE)");
  }

  private void closeSessions() {
    assertThat(sessions.quiesce(BOUND).block(BOUND)).isTrue();
    assertThat(sessions.stats().acquired()).isZero();
    sessions.close(BOUND).block(BOUND);
  }
}
