package dev.warmpool.local.database;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An existing server: its schema is created and migrated, and no rows are inserted. Immutable.
 *
 * @param variables the functions' environment variables with the server's address; the functions
 *     check them
 */
record ExternalDatabase(Map<String, String> variables) implements Database {

  /** Empty: the functions have the server's variables already. */
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
  public void awaitStart() {
    // it is the user's to start
  }

  @Override
  public void migrated() {
    // no demo rows in a database of the user's
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
  public Optional<String> shell() {
    return Optional.empty();
  }

  @Override
  public void close() {
    // the server is not the runner's
  }
}
