package dev.warmpool.functions.users;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.warmpool.functions.event.Json;
import io.r2dbc.spi.Row;
import java.time.OffsetDateTime;
import java.util.Objects;

/**
 * A row of the table {@code users}. Immutable.
 *
 * @param version 1 for a new row, incremented by every change
 */
record User(
    long id,
    String email,
    String name,
    OffsetDateTime createdAt,
    OffsetDateTime updatedAt,
    long version) {

  /** The columns that {@link #of} reads. */
  static final String COLUMNS = "id, email, name, created_at, updated_at, version";

  /** Reads a row that has {@link #COLUMNS}. */
  static User of(Row row) {
    return new User(
        get(row, "id", Long.class),
        get(row, "email", String.class),
        get(row, "name", String.class),
        get(row, "created_at", OffsetDateTime.class),
        get(row, "updated_at", OffsetDateTime.class),
        get(row, "version", Long.class));
  }

  private static <T> T get(Row row, String column, Class<T> type) {
    return Objects.requireNonNull(row.get(column, type), column);
  }

  /** Returns the user as schema {@code User} of the contract; times are in UTC. */
  ObjectNode json() {
    return Json.object()
        .put("id", id)
        .put("email", email)
        .put("name", name)
        .put("createdAt", createdAt.toInstant().toString())
        .put("updatedAt", updatedAt.toInstant().toString())
        .put("version", version);
  }

  /** Returns the strong entity tag, which is the quoted version. */
  String etag() {
    return "\"" + version + "\"";
  }
}
