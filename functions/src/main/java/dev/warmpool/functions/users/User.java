package dev.warmpool.functions.users;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.warmpool.functions.event.Json;
import io.r2dbc.spi.Row;
import java.time.OffsetDateTime;
import java.util.Objects;

/**
 * A user as the table has it. Immutable.
 *
 * @param version counts its changes from 1
 */
record User(
    long id,
    String email,
    String name,
    OffsetDateTime createdAt,
    OffsetDateTime updatedAt,
    long version) {

  /** The columns {@link #of} reads. */
  static final String COLUMNS = "id, email, name, created_at, updated_at, version";

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

  ObjectNode json() {
    return Json.object()
        .put("id", id)
        .put("email", email)
        .put("name", name)
        .put("createdAt", createdAt.toInstant().toString())
        .put("updatedAt", updatedAt.toInstant().toString())
        .put("version", version);
  }

  /** Changes with every version. */
  String etag() {
    return "\"" + version + "\"";
  }
}
