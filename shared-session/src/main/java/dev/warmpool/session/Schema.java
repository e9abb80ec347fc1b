package dev.warmpool.session;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The name of a PostgreSQL schema, checked when it is created and quoted in every statement.
 * Immutable.
 *
 * <p>A name is refused if PostgreSQL would reject, truncate or expand it or reserves it: an empty
 * name, a name longer than 63 bytes in UTF-8 ({@code NAMEDATALEN} - 1), a name with a NUL or that
 * is not well-formed Unicode, {@code $user}, and names that begin with {@code pg_}. All other names
 * are legal, including those with quotes, spaces or upper-case letters.
 *
 * @param name the name as in the system catalog: case-sensitive, without quotes
 */
public record Schema(String name) {

  /**
   * Checks the name.
   *
   * @throws InvalidSchemaException if PostgreSQL would reject, change or reserve the name
   */
  public Schema {
    Objects.requireNonNull(name, "the name of a schema is null");
    String fault = fault(name);
    if (fault != null) {
      throw new InvalidSchemaException(name, fault);
    }
  }

  /** The rule that the name breaks; null if it is legal. */
  private static @Nullable String fault(String name) {
    String fault = Identifiers.fault("schema", name);
    if (fault != null) {
      return fault;
    }
    if (name.equals("$user")) {
      return "$user stands for the connected role; name the schema";
    }
    if (name.startsWith("pg_")) {
      return "names that begin with pg_ belong to PostgreSQL";
    }
    return null;
  }

  /** The name as an SQL identifier: in double quotes, with each double quote inside doubled. */
  public String quoted() {
    return Identifiers.quoted(name);
  }

  /** The name, without quotes. */
  @Override
  public String toString() {
    return name;
  }
}
