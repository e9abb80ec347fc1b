package dev.warmpool.session;

/**
 * What takes a connection back to its base state between two sessions. Behind a pooler there is
 * nothing to take back: a session is a transaction there, and leaves nothing.
 */
final class Reset {

  private static final String ALL = "DISCARD ALL";

  /** The parts of {@code DISCARD ALL} without the one that would take the driver's statements. */
  private static final String KEEPING_STATEMENTS =
      "CLOSE ALL;SET SESSION AUTHORIZATION DEFAULT;RESET ALL;UNLISTEN *;"
          + "SELECT pg_advisory_unlock_all();DISCARD TEMP;DISCARD SEQUENCES";

  private Reset() {}

  /** The text, which goes out as a message of its own; empty for none. */
  static String text(SessionSettings settings) {
    if (settings.pooler() != Pooler.NONE) {
      return "";
    }
    return settings.statementCache() == 0 ? ALL : KEEPING_STATEMENTS;
  }
}
