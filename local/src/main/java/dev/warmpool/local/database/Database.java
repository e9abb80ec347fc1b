package dev.warmpool.local.database;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A database for the functions. */
public sealed interface Database extends AutoCloseable permits EmbeddedDatabase, ExternalDatabase {

  /** The functions' settings for it. */
  Map<String, String> settings();

  /** The schemas that are made and migrated at the start. */
  List<String> schemas();

  /** Called when the schemas are there. */
  void migrated();

  /** How a person is told of it. */
  String description();

  @Override
  void close();

  /**
   * PostgreSQL of our own.
   *
   * @param schema of the first demo tenant, where it is not {@code demo}
   */
  static Database embedded(Optional<String> schema) {
    return EmbeddedDatabase.start(schema);
  }

  /**
   * A server that was there before.
   *
   * @param settings the functions' variables, as the user and the template have set them
   */
  static Database external(Map<String, String> settings) {
    return new ExternalDatabase(settings);
  }
}
