package dev.warmpool.session.internal.sql;

import dev.warmpool.session.internal.sql.SqlTokens.Kind;

/**
 * Finds {@code COPY} from or to the client in a text. {@code COPY} of a file or of a program runs
 * on the server and is a statement like others. Confined to one thread.
 */
public final class CopyText {

  /** Which way a text copies, if it copies. */
  public enum Direction {
    /** Not from or to the client. */
    NONE,
    /** {@code COPY … FROM STDIN}. */
    FROM_CLIENT,
    /** {@code COPY … TO STDOUT}. */
    TO_CLIENT
  }

  private static final String WORD = "copy";

  private final SqlTokens tokens;
  private int statements;
  private Direction found = Direction.NONE;

  private CopyText(SqlTokens tokens) {
    this.tokens = tokens;
  }

  /** The first direction in the text, which may have several statements. */
  public static Direction in(String sql) {
    return mayCopy(sql) ? read(sql).found : Direction.NONE;
  }

  /** Whether the text is one statement, which copies from the client. */
  public static boolean isFromClient(String sql) {
    CopyText text = read(sql);
    return text.found == Direction.FROM_CLIENT && text.statements == 1;
  }

  /** Whether the text has the word. Runs for every statement. */
  private static boolean mayCopy(String sql) {
    int last = sql.length() - WORD.length();
    for (int at = 0; at <= last; at++) {
      if ((sql.charAt(at) | 0x20) == 'c' && sql.regionMatches(true, at, WORD, 0, WORD.length())) {
        return true;
      }
    }
    return false;
  }

  private static CopyText read(String sql) {
    CopyText text = new CopyText(new SqlTokens(sql));
    boolean first = true;
    while (text.tokens.next()) {
      if (text.tokens.kind() == Kind.SEPARATOR) {
        first = true;
      } else if (first) {
        first = false;
        text.statements++;
        if (text.tokens.word().equals(WORD) && text.copies()) {
          first = true;
        }
      }
    }
    return text;
  }

  /** Reads on to the file's place; returns whether that was the end of the statement. */
  private boolean copies() {
    int depth = 0;
    while (tokens.next()) {
      if (tokens.kind() == Kind.SEPARATOR) {
        return true;
      }
      String symbol = tokens.kind() == Kind.SYMBOL ? tokens.text() : "";
      depth += symbol.equals("(") ? 1 : symbol.equals(")") ? -1 : 0;
      String word = tokens.word();
      if (depth == 0 && (word.equals("from") || word.equals("to"))) {
        note(word);
        return tokens.kind() == Kind.SEPARATOR;
      }
    }
    return true;
  }

  /** The server takes either name of the client for either direction. */
  private void note(String direction) {
    tokens.next();
    String word = tokens.word();
    if (found == Direction.NONE && (word.equals("stdin") || word.equals("stdout"))) {
      found = direction.equals("from") ? Direction.FROM_CLIENT : Direction.TO_CLIENT;
    }
  }
}
