package dev.warmpool.functions.schema;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A migration script. Immutable.
 *
 * @param version the number in the file name
 * @param name the file name, {@code V<version>__<description>.sql}
 * @param sql statements separated by semicolons, without transaction control; exactly one statement
 *     if the first line is {@link #OUTSIDE}
 */
record Migration(int version, String name, String sql) {

  /** The first line of a script that PostgreSQL accepts outside a transaction only. */
  static final String OUTSIDE = "-- outside transaction";

  private static final Pattern NAME = Pattern.compile("V(\\d{1,9})__\\w+\\.sql");

  /**
   * Creates a migration from a script.
   *
   * @throws IllegalStateException if the file name is invalid
   */
  static Migration of(String file, String sql) {
    Matcher name = NAME.matcher(file);
    if (!name.matches()) {
      throw new IllegalStateException(
          "db/migration/" + file + ": must be named V<version>__<description>.sql");
    }
    return new Migration(Integer.parseInt(name.group(1)), file, sql);
  }

  /** Whether the script's first line says that it runs outside a transaction. */
  boolean isOutsideTransaction() {
    return sql.lines().findFirst().orElse("").strip().equals(OUTSIDE);
  }

  /** The hash of the text, which tells a script that was changed after it was applied. */
  String checksum() {
    return Hash.of(sql);
  }
}
