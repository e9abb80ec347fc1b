package dev.warmpool.session.internal.sql;

/** Texts of statements as messages show them. */
public final class SqlText {

  private static final int LONGEST = 80;
  private static final char ELLIPSIS = '\u2026';

  private SqlText() {}

  /**
   * The text in quotes, on one line, without comments, cut after 80 characters. An ellipsis stands
   * for each string and number, because they can be a user's data.
   */
  public static String shown(String sql) {
    StringBuilder shown = new StringBuilder(LONGEST + 3).append('"');
    SqlTokens tokens = new SqlTokens(sql);
    int before = 0;
    while (tokens.next()) {
      if (shown.length() > 1 && tokens.start() > before) {
        shown.append(' ');
      }
      before = tokens.end();
      if (tokens.kind() == SqlTokens.Kind.CONSTANT) {
        shown.append(ELLIPSIS);
      } else {
        shown.append(sql, tokens.start(), tokens.end());
      }
      if (shown.length() > LONGEST) {
        shown.setLength(LONGEST);
        shown.append(ELLIPSIS);
        break;
      }
    }
    return shown.append('"').toString();
  }
}
