package dev.warmpool.local.database;

import dev.warmpool.local.StartupException;
import dev.warmpool.local.workspace.KeptFolder;
import dev.warmpool.local.workspace.Workspace;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;

/** The functions' database. */
public sealed interface Database extends AutoCloseable
    permits DemoDatabase, EmbeddedDatabase, ExternalDatabase {

  /** Environment variables with which functions connect to it, also before it has started. */
  Map<String, String> settings();

  /** The schemas to create and migrate at start-up. */
  List<String> schemas();

  /**
   * Waits until it accepts connections.
   *
   * @throws StartupException if it does not start
   */
  void awaitStart();

  /** Called after the schemas have been migrated. */
  void migrated();

  /** A description for the start-up lines. */
  String description();

  /** A command that opens a shell in the database; empty if the runner has no password for one. */
  Optional<String> shell();

  @Override
  void close();

  /**
   * Begins to start an embedded PostgreSQL with two demo tenants, for this project's own functions.
   *
   * @param schema schema of the first tenant, by default {@code demo}
   * @param workspace the run's folder
   * @param kept the folder of the data; if empty, the run's
   * @param threads executor for the start
   */
  static Database demo(
      Optional<String> schema, Workspace workspace, Optional<KeptFolder> kept, Executor threads) {
    return DemoDatabase.start(schema, workspace, kept, threads);
  }

  /**
   * Begins to start an embedded PostgreSQL with these schemas, which are empty at first.
   *
   * @param workspace the run's folder
   * @param kept the folder of the data; if empty, the run's
   * @param threads executor for the start
   */
  static Database empty(
      List<String> schemas, Workspace workspace, Optional<KeptFolder> kept, Executor threads) {
    return EmbeddedDatabase.start(schemas, workspace, kept, threads);
  }

  /**
   * Uses an existing server.
   *
   * @param settings the functions' environment variables, set by the user and the template
   */
  static Database external(Map<String, String> settings) {
    return new ExternalDatabase(settings);
  }
}
