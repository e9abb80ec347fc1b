package dev.warmpool.session.internal.postgres;

import dev.warmpool.session.Schema;
import org.jspecify.annotations.Nullable;

/**
 * The schemas in which a session's names are looked up: its own and, if set, that of extensions.
 * Immutable.
 *
 * @param sql the right side of {@code SET search_path TO}
 * @param literal the same as a string literal, for {@code set_config}
 * @param check a condition that fails with SQLSTATE 3F000 if the session's schema does not exist,
 *     with 22012 if that of extensions does not, else is false
 */
public record SearchPath(String sql, String literal, String check) {

  /** The path of a connection outside a session: it finds no schema. */
  static final SearchPath EMPTY = new SearchPath("\"\"", "false");

  /**
   * The path of a session.
   *
   * @param schema the session's
   * @param extensions appended to it; null for none
   */
  public SearchPath(Schema schema, @Nullable Schema extensions) {
    this(
        extensions == null ? schema.quoted() : schema.quoted() + "," + extensions.quoted(),
        extensions == null ? missing(schema) : missing(schema) + " OR " + absent(extensions));
  }

  private SearchPath(String sql, String check) {
    this(sql, Literal.of(sql), check);
  }

  private static String missing(Schema schema) {
    return Literal.of(schema.quoted()) + "::regnamespace IS NULL";
  }

  /** Divides by zero if there is no such schema, to be told apart from the session's. */
  private static String absent(Schema extensions) {
    return "1/(to_regnamespace(" + Literal.of(extensions.quoted()) + ") IS NOT NULL)::int IS NULL";
  }
}
