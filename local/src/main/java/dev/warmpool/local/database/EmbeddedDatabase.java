package dev.warmpool.local.database;

import dev.warmpool.local.StartupException;
import dev.warmpool.local.workspace.KeptFolder;
import dev.warmpool.local.workspace.Workspace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** An embedded PostgreSQL on a free port of 127.0.0.1. Thread-safe. */
final class EmbeddedDatabase implements Database {

  private final EmbeddedServer server;
  private final List<String> schemas;
  private final Optional<KeptFolder> kept;

  private EmbeddedDatabase(EmbeddedServer server, List<String> schemas, Optional<KeptFolder> kept) {
    this.server = server;
    this.schemas = schemas;
    this.kept = kept;
  }

  /** Starts a server and creates the schemas. */
  static EmbeddedDatabase start(
      List<String> schemas, Workspace workspace, Optional<KeptFolder> kept) {
    EmbeddedDatabase database = withoutSchemas(schemas, workspace, kept);
    try (Connection connection = database.connect();
        Statement statement = connection.createStatement()) {
      for (String schema : schemas) {
        statement.execute(
            "CREATE SCHEMA IF NOT EXISTS " + statement.enquoteIdentifier(schema, true));
      }
      return database;
    } catch (SQLException e) {
      database.close();
      throw new StartupException("POSTGRES_SCHEMA cannot be created: " + e.getMessage(), e);
    }
  }

  /** Starts a server whose functions create the schemas. */
  static EmbeddedDatabase withoutSchemas(
      List<String> schemas, Workspace workspace, Optional<KeptFolder> kept) {
    try {
      return new EmbeddedDatabase(EmbeddedServer.start(workspace, kept), schemas, kept);
    } catch (IOException | IllegalStateException e) { // the latter if initdb fails
      throw new StartupException(
          "the embedded PostgreSQL does not start (%s): set POSTGRES_HOST to use another"
              .formatted(e.getMessage()),
          e);
    }
  }

  Connection connect() throws SQLException {
    return server.connect();
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
        "POSTGRES_SSL_MODE",
        "disable",
        "POSTGRES_POOLER",
        "none");
  }

  @Override
  public List<String> schemas() {
    return schemas;
  }

  @Override
  public void migrated() {
    // no demo rows in a schema of another project's
  }

  @Override
  public String description() {
    return "PostgreSQL, embedded, at 127.0.0.1:%d, database and user postgres, %s%s"
        .formatted(
            server.port(), named(), kept.map(data -> ", data kept in " + data.folder()).orElse(""));
  }

  private String named() {
    return switch (schemas.size()) {
      case 0 -> "no schema but public";
      case 1 -> "schema " + schemas.get(0);
      default -> "schemas " + String.join(" and ", schemas);
    };
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
