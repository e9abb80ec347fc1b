package dev.warmpool.session.internal.run;

import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds transaction control in a text: cheaply by words, for every statement, and exactly by
 * tokens, for the few texts that have such a word. Confined to one thread.
 */
final class TransactionWords {

  /** Which words a text has, wherever they stand. */
  enum Suspicion {
    /** None of transaction control. */
    NONE,
    /** A word that could begin a transaction. */
    MAY_BEGIN,
    /** A word that could end a transaction. */
    MAY_END
  }

  private static final Set<String> BEGINNING = Set.of("begin", "start");

  private final SqlTokens tokens;
  private boolean first = true;
  private boolean creating;
  private boolean begin;
  private int depth;
  private String open = "";

  private TransactionWords(SqlTokens tokens) {
    this.tokens = tokens;
  }

  /** What the words of the text allow to suspect. Runs for every statement. */
  static Suspicion in(String sql) {
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
  static @Nullable String command(String sql) {
    return new TransactionWords(new SqlTokens(sql)).command();
  }

  private @Nullable String command() {
    while (tokens.next()) {
      String found = step(tokens.word());
      if (found != null) {
        return found.toUpperCase(Locale.ROOT);
      }
    }
    return open.equals("rollback") ? "ROLLBACK" : null;
  }

  private @Nullable String step(String word) {
    if (!open.isEmpty()) {
      String found = closed(word);
      if (found != null || !open.isEmpty()) {
        return found;
      }
    }
    if (tokens.kind() == SqlTokens.Kind.SEPARATOR) {
      first |= depth == 0;
      return null;
    }
    if (first) {
      first = false;
      return firstWord(word);
    }
    if (creating) {
      body(word);
    }
    return null;
  }

  /** Decides on PREPARE and ROLLBACK by the word behind them. */
  private @Nullable String closed(String word) {
    if (open.equals("prepare")) {
      open = "";
      return word.equals("transaction") ? "prepare transaction" : null;
    }
    if (word.equals("work") || word.equals("transaction")) {
      return null;
    }
    open = "";
    return word.equals("to") ? null : "rollback";
  }

  private @Nullable String firstWord(String word) {
    creating = word.equals("create");
    return switch (word) {
      case "abort", "begin", "commit", "end", "start" -> word;
      case "prepare", "rollback" -> {
        open = word;
        yield null;
      }
      default -> null;
    };
  }

  /** Follows a function's body, {@code BEGIN ATOMIC … END}, whose statements are not the text's. */
  private void body(String word) {
    switch (word) {
      case "atomic" -> depth += begin ? 1 : 0;
      case "case" -> depth += depth > 0 ? 1 : 0;
      case "end" -> depth -= depth > 0 ? 1 : 0;
      default -> {
        // neither opens nor closes a block
      }
    }
    begin = word.equals("begin");
  }
}
