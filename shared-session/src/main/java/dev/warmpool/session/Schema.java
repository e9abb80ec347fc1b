package dev.warmpool.session;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The name of a PostgreSQL schema, checked when it is made, quoted wherever it is sent. Immutable.
 *
 * <p>Refused are names that PostgreSQL would cut off, expand or keep for itself: empty, longer than
 * 63 bytes in UTF-8 ({@code NAMEDATALEN} - 1), with a NUL, not well-formed as Unicode, {@code
 * $user}, {@code pg_…}. Everything else is legal, whatever it looks like.
 *
 * @param name the name as the catalog holds it, case and all, without quotes
 */
public record Schema(String name) {

  /** PostgreSQL's {@code NAMEDATALEN} less the terminating byte. */
  private static final int MAX_BYTES = 63;

  /**
   * Checks the name.
   *
   * @throws InvalidSchemaException if PostgreSQL would not take the name as it is
   */
  public Schema {
    String fault = fault(name);
    if (fault != null) {
      throw new InvalidSchemaException(name, fault);
    }
  }

  private static @Nullable String fault(String name) {
    if (name.isEmpty()) {
      return "a schema's name has at least one character";
    }
    if (name.indexOf('\0') >= 0) {
      return "a schema's name has no NUL";
    }
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(name)) {
      return "a schema's name is well-formed Unicode";
    }
    int bytes = name.getBytes(StandardCharsets.UTF_8).length;
    if (bytes > MAX_BYTES) {
      return "a schema's name has at most 63 bytes in UTF-8, this one has " + bytes;
    }
    if (name.equals("$user")) {
      return "$user stands for whoever is connected; name the schema";
    }
    if (name.startsWith("pg_")) {
      return "names that begin with pg_ belong to PostgreSQL";
    }
    return null;
  }

  /** The name as an SQL identifier: in double quotes, with quotes inside it doubled. */
  public String quoted() {
    return '"' + name.replace("\"", "\"\"") + '"';
  }

  @Override
  public String toString() {
    return name;
  }
}
