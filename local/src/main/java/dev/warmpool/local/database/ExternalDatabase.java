package dev.warmpool.local.database;

import java.util.List;
import java.util.Map;

/**
 * A server that was there before: its schema is made and migrated, and nothing is inserted.
 *
 * @param variables the functions' variables, which say where it is; the functions check them
 */
record ExternalDatabase(Map<String, String> variables) implements Database {

  /** None: each function has what it needs. */
  @Override
  public Map<String, String> settings() {
    return Map.of();
  }

  @Override
  public List<String> schemas() {
    String schema = variables.getOrDefault("POSTGRES_SCHEMA", "");
    return schema.isBlank() ? List.of() : List.of(schema);
  }

  @Override
  public void migrated() {
    // the data is the user's
  }

  @Override
  public String description() {
    return "PostgreSQL at "
        + variables.get("POSTGRES_HOST")
        + ":"
        + variables.getOrDefault("POSTGRES_PORT", "5432")
        + " (POSTGRES_HOST)";
  }

  @Override
  public void close() {
    // it was there before
  }
}
