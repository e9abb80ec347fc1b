package dev.warmpool.session.internal.flight;

import java.util.Locale;
import java.util.Set;

/**
 * Which texts may be sent in one flight. In the base state, in which a statement runs if its
 * opening has failed, it finds no schema and may not write: a statement that could have an effect
 * all the same, or end a transaction, is not sent so.
 */
final class FlightText {

  /** The commands whose changes the base state refuses. */
  private static final Set<String> COMMANDS =
      Set.of("select", "insert", "update", "delete", "merge", "with", "values");

  /** A part of the names of the functions that notify, which a read-only transaction allows. */
  private static final String NOTIFY = "notify";

  private static final int LONGEST_COMMAND = 6;

  private FlightText() {}

  /** Whether the text is one statement, by its first word, without a semicolon but at its end. */
  static boolean isSafe(String sql) {
    int from = 0;
    while (from < sql.length() && Character.isWhitespace(sql.charAt(from))) {
      from++;
    }
    int to = from;
    while (to < sql.length()
        && Character.isLetter(sql.charAt(to))
        && to - from <= LONGEST_COMMAND) {
      to++;
    }
    return COMMANDS.contains(sql.substring(from, to).toLowerCase(Locale.ROOT))
        && isOneStatement(sql)
        && !notifies(sql);
  }

  private static boolean isOneStatement(String sql) {
    int semicolon = sql.indexOf(';');
    return semicolon < 0 || sql.substring(semicolon + 1).isBlank();
  }

  private static boolean notifies(String sql) {
    for (int at = 0; at <= sql.length() - NOTIFY.length(); at++) {
      if ((sql.charAt(at) | 0x20) == 'n'
          && sql.regionMatches(true, at, NOTIFY, 0, NOTIFY.length())) {
        return true;
      }
    }
    return false;
  }
}
