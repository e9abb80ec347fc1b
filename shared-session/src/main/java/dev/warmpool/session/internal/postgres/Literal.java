package dev.warmpool.session.internal.postgres;

/** Writes values and names into SQL. */
final class Literal {

  private Literal() {}

  /** A string literal that means the same with {@code standard_conforming_strings} on and off. */
  static String of(String value) {
    String escaped = value.replace("'", "''");
    return value.indexOf('\\') < 0
        ? "'" + escaped + "'"
        : "E'" + escaped.replace("\\", "\\\\") + "'";
  }

  /** A name in double quotes. */
  static String identifier(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }

  /** The name of a custom setting, each part in double quotes, since it may be a reserved word. */
  static String setting(String name) {
    return '"' + name.replace(".", "\".\"") + '"';
  }
}
