package dev.warmpool.local.database;

import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * A server that was there before: its schema is made and migrated, and nothing is inserted.
 *
 * @param variables the functions' variables, which say where it is; the functions check them
 */
record ExternalDatabase(Map<String, String> variables) implements Database {

  private static final int DEFAULT_PORT = 5_432;

  /** None: each function has what it needs. */
  @Override
  public Map<String, String> settings() {
    return Map.of();
  }

  /** Nothing stands between: over TLS, the server's name must be its own. */
  @Override
  public Traffic traffic() {
    return new Traffic() {
      @Override
      public OptionalInt connections(long pid) {
        return Sockets.count(pid, port());
      }

      @Override
      public OptionalLong roundTrips(long pid) {
        return OptionalLong.empty();
      }
    };
  }

  private int port() {
    String port = variables.getOrDefault("POSTGRES_PORT", "");
    return port.matches("\\d{1,5}") ? Integer.parseInt(port) : DEFAULT_PORT;
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
