package dev.warmpool.local.database;

import java.util.List;
import java.util.Map;

/**
 * A server that was there before: its schema is made and migrated, and nothing is inserted.
 *
 * @param settings what the user has set; the functions check it
 */
record ExternalDatabase(Map<String, String> settings) implements Database {

  @Override
  public List<String> schemas() {
    String schema = settings.getOrDefault("POSTGRES_SCHEMA", "");
    return schema.isBlank() ? List.of() : List.of(schema);
  }

  @Override
  public void migrated() {
    // the data is the user's
  }

  @Override
  public String description() {
    return "PostgreSQL at "
        + settings.get("POSTGRES_HOST")
        + ":"
        + settings.getOrDefault("POSTGRES_PORT", "5432")
        + " (POSTGRES_HOST)";
  }

  @Override
  public void close() {
    // it was there before
  }
}
