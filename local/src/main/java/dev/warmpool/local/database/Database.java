package dev.warmpool.local.database;

import java.util.List;
import java.util.Map;

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
   * The database that the settings name, else one of our own.
   *
   * @param settings what the user has set of {@code POSTGRES_…}
   */
  static Database of(Map<String, String> settings) {
    return settings.containsKey("POSTGRES_HOST")
        ? new ExternalDatabase(settings)
        : EmbeddedDatabase.start();
  }
}
