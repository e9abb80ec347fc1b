package dev.warmpool.session;

import org.jspecify.annotations.Nullable;

/**
 * The schemas a session's names are looked up in: its own and, where set, the extensions'.
 *
 * @param schema the session's
 * @param extensions appended to it; null for none
 */
record SearchPath(Schema schema, @Nullable Schema extensions) {

  /** As the right side of {@code SET search_path TO}. */
  String sql() {
    return extensions == null ? schema.quoted() : schema.quoted() + "," + extensions.quoted();
  }

  /** A condition that fails with SQLSTATE 3F000 where a schema does not exist; else false. */
  String check() {
    String own = missing(schema);
    return extensions == null ? own : own + " OR " + missing(extensions);
  }

  private static String missing(Schema schema) {
    return literal(schema.quoted()) + "::regnamespace IS NULL";
  }

  /** Right whatever {@code standard_conforming_strings} is. */
  private static String literal(String value) {
    String escaped = value.replace("'", "''");
    return value.indexOf('\\') < 0
        ? "'" + escaped + "'"
        : "E'" + escaped.replace("\\", "\\\\") + "'";
  }
}
