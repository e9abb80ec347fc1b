package dev.warmpool.session.internal.sql;

import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds transaction control in a text: cheaply by words, for every statement, and exactly by
 * tokens, for the few texts that have such a word. Confined to one thread.
 */
public final class TransactionWords {

  /** Which words a text has, wherever they stand. */
  public enum Suspicion {
    /** None of transaction control. */
    NONE,
    /** A word that could begin a transaction. */
    MAY_BEGIN,
    /** A word that could end a transaction. */
    MAY_END
  }

  /** How far a statement that creates a function or a procedure is read. */
  private enum Create {
    /** It is another statement. */
    NONE,
    /** {@code CREATE}, perhaps with {@code OR REPLACE}. */
    COMMAND,
    /** The part of a function or a procedure before its body. */
    HEAD,
    /** The body, whose statements are not the text's. */
    BODY
  }

  private static final String PREPARED = "prepare transaction";
  private static final Set<String> BEGINNING = Set.of("begin", "start");

  private final SqlTokens tokens;
  private boolean first = true;
  private Create create = Create.NONE;
  private boolean begin;
  private int parentheses;
  private String open = "";

  private TransactionWords(SqlTokens tokens) {
    this.tokens = tokens;
  }

  /** What the words of the text allow to suspect. Runs for every statement. */
  public static Suspicion in(String sql) {
    Suspicion suspicion = Suspicion.NONE;
    boolean inWord = false;
    for (int at = 0; at < sql.length(); at++) {
      char c = sql.charAt(at);
      boolean starts = !inWord;
      inWord = SqlTokens.isInWord(c);
      if (starts && inWord) {
        String word = candidate(c);
        if (!word.isEmpty() && is(word, sql, at)) {
          if (!BEGINNING.contains(word)) {
            return Suspicion.MAY_END;
          }
          suspicion = Suspicion.MAY_BEGIN;
        }
      }
    }
    return suspicion;
  }

  /** The word of transaction control that begins with this character; empty for none. */
  private static String candidate(char first) {
    return switch (first | 0x20) { // in lower case
      case 'a' -> "abort";
      case 'b' -> "begin";
      case 'c' -> "commit";
      case 'e' -> "end";
      case 'p' -> "prepare";
      case 'r' -> "rollback";
      case 's' -> "start";
      default -> "";
    };
  }

  private static boolean is(String word, String sql, int at) {
    int end = at + word.length();
    return sql.regionMatches(true, at, word, 0, word.length())
        && (end >= sql.length() || !SqlTokens.isInWord(sql.charAt(end)));
  }

  /** The first command of transaction control in the text, in upper case; null if it has none. */
  public static @Nullable String command(String sql) {
    return new TransactionWords(new SqlTokens(sql)).command();
  }

  private @Nullable String command() {
    while (tokens.next()) {
      String found = step(tokens.word());
      if (found != null) {
        return found.toUpperCase(Locale.ROOT);
      }
    }
    return open.equals("rollback") || open.equals(PREPARED) ? open.toUpperCase(Locale.ROOT) : null;
  }

  private @Nullable String step(String word) {
    if (!open.isEmpty()) {
      String found = closed(word);
      if (found != null || !open.isEmpty()) {
        return found;
      }
    }
    if (tokens.kind() == SqlTokens.Kind.SEPARATOR) {
      first = true;
      return null;
    }
    if (first) {
      first = false;
      return create == Create.BODY ? bodyWord(word) : firstWord(word);
    }
    switch (create) {
      case COMMAND -> created(word);
      case HEAD -> head(word);
      default -> {
        // no word in the middle of a statement is a command
      }
    }
    return null;
  }

  /** Decides on PREPARE and ROLLBACK by what stands behind them. */
  private @Nullable String closed(String word) {
    if (open.equals("prepare")) {
      open = word.equals("transaction") ? PREPARED : "";
      return null;
    }
    if (open.equals(PREPARED)) {
      open = "";
      return word.equals("as") || isSymbol("(") ? null : PREPARED; // else a statement's name
    }
    if (word.equals("work") || word.equals("transaction")) {
      return null;
    }
    open = "";
    return word.equals("to") ? null : "rollback";
  }

  private boolean isSymbol(String symbol) {
    return tokens.kind() == SqlTokens.Kind.SYMBOL && tokens.text().equals(symbol);
  }

  private @Nullable String firstWord(String word) {
    create = word.equals("create") ? Create.COMMAND : Create.NONE;
    return switch (word) {
      case "abort", "begin", "commit", "end", "start" -> word;
      case "prepare", "rollback" -> {
        open = word;
        yield null;
      }
      default -> null;
    };
  }

  private void created(String word) {
    create =
        switch (word) {
          case "or", "replace" -> Create.COMMAND;
          case "function", "procedure" -> Create.HEAD;
          default -> Create.NONE;
        };
    begin = false;
    parentheses = 0;
  }

  /** Looks for {@code BEGIN ATOMIC}; in parentheses they are a parameter and its type. */
  private void head(String word) {
    if (isSymbol("(")) {
      parentheses++;
    } else if (isSymbol(")")) {
      parentheses--;
    } else if (begin && word.equals("atomic") && parentheses == 0) {
      create = Create.BODY;
      first = true;
    }
    begin = word.equals("begin");
  }

  /**
   * Looks for the END of a body. Each statement of a body has a semicolon behind it, so that END
   * stands where a statement would begin. Elsewhere it belongs to a CASE or is a name.
   */
  private @Nullable String bodyWord(String word) {
    if (word.equals("end")) {
      create = Create.NONE;
    }
    return null;
  }
}
