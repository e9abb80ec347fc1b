package dev.warmpool.local.database;

import dev.warmpool.local.StartupException;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
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
  private static final String USER = "postgres";

  private static final String DEMO_USERS =
      "INSERT INTO %s.users (email, name) SELECT * FROM (VALUES"
          + " ('ada@example.org', 'Ada Lovelace'),"
          + " ('alan@example.org', 'Alan Turing'),"
          + " ('edsger@example.org', 'Edsger Dijkstra')) demo"
          + " WHERE NOT EXISTS (SELECT FROM %1$s.users)";

  private final EmbeddedPostgres postgres;
  private final String schema;

  private EmbeddedDatabase(EmbeddedPostgres postgres, String schema) {
    this.postgres = postgres;
    this.schema = schema;
  }

  static EmbeddedDatabase start(Optional<String> schema) {
    try {
      EmbeddedPostgres postgres =
          EmbeddedPostgres.builder()
              .setServerConfig("listen_addresses", "127.0.0.1")
              .setRegisterShutdownHook(false) // StartedResources stops it after the functions
              .start();
      return new EmbeddedDatabase(postgres, schema.orElse(FIRST_SCHEMA));
    } catch (IOException e) {
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
        Integer.toString(postgres.getPort()),
        "POSTGRES_DB",
        "postgres",
        "POSTGRES_USER",
        USER,
        "POSTGRES_PASSWORD",
        USER,
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
    try (Connection connection = postgres.getPostgresDatabase().getConnection();
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
        .formatted(postgres.getPort(), String.join(" and ", schemas()));
  }

  @Override
  public void close() {
    try {
      postgres.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
