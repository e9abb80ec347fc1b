package dev.warmpool.session;

import org.jspecify.annotations.Nullable;

/**
 * The schemas a session's names are looked up in: its own and, where set, the extensions'.
 * Immutable.
 *
 * @param sql as the right side of {@code SET search_path TO}
 * @param literal the same as a string, which is what {@code set_config} takes
 * @param check a condition that fails with SQLSTATE 3F000 where a schema does not exist; else false
 */
record SearchPath(String sql, String literal, String check) {

  /**
   * @param schema the session's
   * @param extensions appended to it; null for none
   */
  SearchPath(Schema schema, @Nullable Schema extensions) {
    this(
        extensions == null ? schema.quoted() : schema.quoted() + "," + extensions.quoted(),
        extensions == null ? missing(schema) : missing(schema) + " OR " + missing(extensions));
  }

  private SearchPath(String sql, String check) {
    this(sql, literal(sql), check);
  }

  private static String missing(Schema schema) {
    return literal(schema.quoted()) + "::regnamespace IS NULL";
  }

  /** Right whatever {@code standard_conforming_strings} is. */
  static String literal(String value) {
    String escaped = value.replace("'", "''");
    return value.indexOf('\\') < 0
        ? "'" + escaped + "'"
        : "E'" + escaped.replace("\\", "\\\\") + "'";
  }
}
