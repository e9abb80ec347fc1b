package dev.warmpool.local.database;

import dev.warmpool.local.StartupException;
import dev.warmpool.local.workspace.KeptFolder;
import dev.warmpool.local.workspace.Workspace;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.stream.Stream;

/** An embedded PostgreSQL with the demo tenants of this project's own functions. Thread-safe. */
final class DemoDatabase implements Database {

  private static final String FIRST_SCHEMA = "demo";
  private static final String SECOND_SCHEMA = "demo_b";

  private static final String DEMO_USERS =
      "INSERT INTO %s.users (email, name) SELECT * FROM (VALUES"
          + " ('ada@example.org', 'Ada Lovelace'),"
          + " ('alan@example.org', 'Alan Turing'),"
          + " ('edsger@example.org', 'Edsger Dijkstra')) demo"
          + " WHERE NOT EXISTS (SELECT FROM %1$s.users)";

  private final EmbeddedDatabase database;
  private final String schema;

  private DemoDatabase(EmbeddedDatabase database, String schema) {
    this.database = database;
    this.schema = schema;
  }

  /** The functions migrate the schemas, which also makes them. */
  static DemoDatabase start(
      Optional<String> named, Workspace workspace, Optional<KeptFolder> kept, Executor threads) {
    String schema = named.orElse(FIRST_SCHEMA);
    List<String> schemas = Stream.of(schema, SECOND_SCHEMA).distinct().toList();
    return new DemoDatabase(
        EmbeddedDatabase.withoutSchemas(schemas, workspace, kept, threads), schema);
  }

  @Override
  public Map<String, String> settings() {
    Map<String, String> settings = new HashMap<>(database.settings());
    settings.put("POSTGRES_SCHEMA", schema);
    return settings;
  }

  @Override
  public List<String> schemas() {
    return database.schemas();
  }

  @Override
  public void awaitStart() {
    database.awaitStart();
  }

  @Override
  public void migrated() {
    try (Connection connection = database.connect();
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
    return database.description();
  }

  @Override
  public Optional<String> shell() {
    return database.shell();
  }

  @Override
  public void close() {
    database.close();
  }
}
