package dev.warmpool.session.internal.sql;

import java.util.Locale;

/**
 * The tokens of an SQL text, as PostgreSQL's scanner divides it while {@code
 * standard_conforming_strings} is on, which is its default. Comments and white space are no tokens.
 * A string or comment without an end reaches to the end of the text. Confined to one thread.
 *
 * @see <a href="https://www.postgresql.org/docs/current/sql-syntax-lexical.html">lexical
 *     structure</a>
 */
final class SqlTokens {

  /** What a token is. */
  enum Kind {
    /** A key word or an identifier without quotes. */
    WORD,
    /** An identifier in double quotes. */
    QUOTED_IDENTIFIER,
    /** A string, with quotes or dollar quotes, or a number. */
    CONSTANT,
    /** {@code $} and a number. */
    PARAMETER,
    /** A semicolon. */
    SEPARATOR,
    /** One character of an operator or of punctuation. */
    SYMBOL
  }

  private final String sql;
  private int start;
  private int end;
  private Kind kind = Kind.SYMBOL;

  SqlTokens(String sql) {
    this.sql = sql;
  }

  /** Goes to the next token; false if there is none. */
  boolean next() {
    start = skipBlanks(end);
    if (start >= sql.length()) {
      end = start;
      return false;
    }
    scan(sql.charAt(start));
    return true;
  }

  /** What the token is. */
  Kind kind() {
    return kind;
  }

  /** The token as it stands in the text. */
  String text() {
    return sql.substring(start, end);
  }

  /** The index of the token's first character. */
  int start() {
    return start;
  }

  /** The index behind the token's last character. */
  int end() {
    return end;
  }

  /** The token in lower case if it is a word; else empty. */
  String word() {
    return kind == Kind.WORD ? text().toLowerCase(Locale.ROOT) : "";
  }

  /** Whether the character can be part of an identifier; every one outside ASCII can. */
  static boolean isInWord(char c) {
    return (c >= 'a' && c <= 'z')
        || (c >= 'A' && c <= 'Z')
        || c == '_'
        || (c >= '0' && c <= '9')
        || c >= 0x80;
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private char at(int index) {
    return index < sql.length() ? sql.charAt(index) : '\0';
  }

  private void scan(char first) {
    switch (first) {
      case '\'' -> set(Kind.CONSTANT, string(start, false));
      case '"' -> set(Kind.QUOTED_IDENTIFIER, quoted(start, '"', false));
      case ';' -> set(Kind.SEPARATOR, start + 1);
      case '$' -> dollar();
      default -> wordOrSymbol(first);
    }
  }

  private void set(Kind found, int until) {
    kind = found;
    end = Math.min(until, sql.length());
  }

  private void wordOrSymbol(char first) {
    if (isDigit(first)) {
      set(Kind.CONSTANT, number());
    } else if (!isInWord(first)) {
      set(Kind.SYMBOL, start + 1);
    } else if ((first == 'e' || first == 'E') && at(start + 1) == '\'') {
      set(Kind.CONSTANT, string(start + 1, true));
    } else {
      set(Kind.WORD, word(start));
    }
  }

  private int word(int from) {
    int index = from;
    while (index < sql.length() && (isInWord(sql.charAt(index)) || sql.charAt(index) == '$')) {
      index++;
    }
    return index;
  }

  private int number() {
    int index = start;
    while (index < sql.length() && (isInWord(sql.charAt(index)) || sql.charAt(index) == '.')) {
      index++;
    }
    return index;
  }

  /** The index behind a string; it goes on, read alike, if a newline and a quote follow. */
  private int string(int opening, boolean escapes) {
    int closed = quoted(opening, '\'', escapes);
    for (int next = continued(closed); next > closed; next = continued(closed)) {
      closed = quoted(next, '\'', escapes);
    }
    return closed;
  }

  /**
   * The index of the quote with which a string goes on; the given index if it does not. Only white
   * space with a newline and comments of one line may stand between.
   */
  private int continued(int closed) {
    boolean newline = false;
    int index = closed;
    while (isSpace(at(index)) || isLineComment(index)) {
      newline |= at(index) == '\n' || at(index) == '\r';
      index = isSpace(at(index)) ? index + 1 : lineEnd(index);
    }
    return newline && at(index) == '\'' ? index : closed;
  }

  /** The index behind the closing quote; a doubled quote is one of the content. */
  private int quoted(int opening, char quote, boolean escapes) {
    int index = opening + 1;
    while (index < sql.length()) {
      char c = sql.charAt(index);
      if (c == quote && at(index + 1) != quote) {
        return index + 1;
      }
      index += c == quote || (escapes && c == '\\') ? 2 : 1;
    }
    return index;
  }

  private void dollar() {
    if (isDigit(at(start + 1))) {
      int index = start + 1;
      while (isDigit(at(index))) {
        index++;
      }
      set(Kind.PARAMETER, index);
      return;
    }
    int tagEnd = start + 1;
    while (isInWord(at(tagEnd))) {
      tagEnd++;
    }
    if (at(tagEnd) != '$') {
      set(Kind.SYMBOL, start + 1);
      return;
    }
    String tag = sql.substring(start, tagEnd + 1);
    int closing = sql.indexOf(tag, tagEnd + 1);
    set(Kind.CONSTANT, closing < 0 ? sql.length() : closing + tag.length());
  }

  private int skipBlanks(int from) {
    int index = from;
    while (index < sql.length()) {
      if (isSpace(sql.charAt(index))) {
        index++;
      } else if (isLineComment(index)) {
        index = lineEnd(index);
      } else if (at(index) == '/' && at(index + 1) == '*') {
        index = commentEnd(index + 2);
      } else {
        return index;
      }
    }
    return index;
  }

  private static boolean isSpace(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
  }

  private boolean isLineComment(int index) {
    return at(index) == '-' && at(index + 1) == '-';
  }

  private int lineEnd(int from) {
    int index = from;
    while (index < sql.length() && sql.charAt(index) != '\n' && sql.charAt(index) != '\r') {
      index++;
    }
    return index;
  }

  /** The index behind a comment that was opened before; comments nest. */
  private int commentEnd(int from) {
    int depth = 1;
    int index = from;
    while (index < sql.length() && depth > 0) {
      if (at(index) == '/' && at(index + 1) == '*') {
        depth++;
        index += 2;
      } else if (at(index) == '*' && at(index + 1) == '/') {
        depth--;
        index += 2;
      } else {
        index++;
      }
    }
    return Math.min(index, sql.length());
  }
}
