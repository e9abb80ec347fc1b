package dev.warmpool.local.database;

import dev.warmpool.local.StartupException;
import dev.warmpool.local.workspace.Workspace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** An embedded PostgreSQL on a free port of 127.0.0.1, with two demo tenants. Thread-safe. */
final class EmbeddedDatabase implements Database {

  private static final String FIRST_SCHEMA = "demo";
  private static final String SECOND_SCHEMA = "demo_b";

  private static final String DEMO_USERS =
      "INSERT INTO %s.users (email, name) SELECT * FROM (VALUES"
          + " ('ada@example.org', 'Ada Lovelace'),"
          + " ('alan@example.org', 'Alan Turing'),"
          + " ('edsger@example.org', 'Edsger Dijkstra')) demo"
          + " WHERE NOT EXISTS (SELECT FROM %1$s.users)";

  private final EmbeddedServer server;
  private final String schema;

  private EmbeddedDatabase(EmbeddedServer server, String schema) {
    this.server = server;
    this.schema = schema;
  }

  static EmbeddedDatabase start(Optional<String> schema, Workspace workspace) {
    try {
      return new EmbeddedDatabase(EmbeddedServer.start(workspace), schema.orElse(FIRST_SCHEMA));
    } catch (IOException | IllegalStateException e) { // the latter if initdb fails
      throw new StartupException(
          "the embedded PostgreSQL does not start (%s): set POSTGRES_HOST to use another"
              .formatted(e.getMessage()),
          e);
    }
  }

  @Override
  public Map<String, String> settings() {
    return Map.of(
        "POSTGRES_HOST",
        "127.0.0.1",
        "POSTGRES_PORT",
        Integer.toString(server.port()),
        "POSTGRES_DB",
        "postgres",
        "POSTGRES_USER",
        EmbeddedServer.USER,
        "POSTGRES_PASSWORD",
        server.password(),
        "POSTGRES_SCHEMA",
        schema,
        "POSTGRES_SSL_MODE",
        "disable",
        "POSTGRES_POOLER",
        "none");
  }

  @Override
  public List<String> schemas() {
    return Stream.of(schema, SECOND_SCHEMA).distinct().toList();
  }

  @Override
  public void migrated() {
    try (Connection connection = server.connect();
        Statement statement = connection.createStatement()) {
      for (String demo : schemas()) {
        statement.execute(DEMO_USERS.formatted(statement.enquoteIdentifier(demo, true)));
      }
    } catch (SQLException e) {
      throw new StartupException("the demo users cannot be inserted: " + e.getMessage(), e);
    }
  }

  @Override
  public String description() {
    return "PostgreSQL, embedded, at 127.0.0.1:%d, database and user postgres, schemas %s"
        .formatted(server.port(), String.join(" and ", schemas()));
  }

  @Override
  public Optional<String> shell() {
    return Optional.of(
        "PGPASSFILE=%s psql -h 127.0.0.1 -p %d -U %s"
            .formatted(server.passwordFile(), server.port(), EmbeddedServer.USER));
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
