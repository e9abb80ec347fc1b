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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;

/**
 * An embedded PostgreSQL on a free port of 127.0.0.1, which starts while the caller goes on.
 * Thread-safe.
 */
final class EmbeddedDatabase implements Database {

  private final EmbeddedServer server;
  private final List<String> schemas;
  private final Optional<KeptFolder> kept;
  private final CompletableFuture<Void> start;

  private EmbeddedDatabase(
      EmbeddedServer server,
      List<String> schemas,
      Optional<KeptFolder> kept,
      CompletableFuture<Void> start) {
    this.server = server;
    this.schemas = schemas;
    this.kept = kept;
    this.start = start;
  }

  /** Has one of these threads start a server and create the schemas. */
  static EmbeddedDatabase start(
      List<String> schemas, Workspace workspace, Optional<KeptFolder> kept, Executor threads) {
    EmbeddedServer server = server(workspace, kept);
    return new EmbeddedDatabase(
        server,
        schemas,
        kept,
        CompletableFuture.runAsync(() -> start(server), threads)
            .thenRun(() -> create(schemas, server)));
  }

  /** Has one of these threads start a server whose functions create the schemas. */
  static EmbeddedDatabase withoutSchemas(
      List<String> schemas, Workspace workspace, Optional<KeptFolder> kept, Executor threads) {
    EmbeddedServer server = server(workspace, kept);
    return new EmbeddedDatabase(
        server, schemas, kept, CompletableFuture.runAsync(() -> start(server), threads));
  }

  private static EmbeddedServer server(Workspace workspace, Optional<KeptFolder> kept) {
    try {
      return new EmbeddedServer(workspace, kept);
    } catch (IOException e) {
      throw fault(e);
    }
  }

  private static void start(EmbeddedServer server) {
    try {
      server.start();
    } catch (IOException | SQLException | IllegalStateException e) { // the last if initdb fails
      throw fault(e);
    }
  }

  private static StartupException fault(Exception cause) {
    return new StartupException(
        "the embedded PostgreSQL does not start (%s): set POSTGRES_HOST to use another"
            .formatted(cause.getMessage()),
        cause);
  }

  private static void create(List<String> schemas, EmbeddedServer server) {
    try (Connection connection = server.connect();
        Statement statement = connection.createStatement()) {
      for (String schema : schemas) {
        statement.execute(
            "CREATE SCHEMA IF NOT EXISTS " + statement.enquoteIdentifier(schema, true));
      }
    } catch (SQLException e) {
      throw new StartupException("POSTGRES_SCHEMA cannot be created: " + e.getMessage(), e);
    }
  }

  @Override
  public void awaitStart() {
    try {
      start.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof StartupException fault ? fault : e;
    }
  }

  Connection connect() throws SQLException {
    awaitStart();
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
    start.handle((started, fault) -> started).join(); // it may have started the server's processes
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
