package dev.warmpool.session.internal.postgres;

import java.util.Locale;
import java.util.Set;

/**
 * Recognizes texts that may leave state on the server's connection beyond their transaction. It
 * looks for words and does not parse, so that it finds too many texts rather than too few. A word
 * that begins a statement counts unless a name precedes it, as in {@code UPDATE t SET}. In a text
 * with a comment, which can stand between, every such word counts. Confined to one thread.
 */
final class StatefulText {

  /** What is known of a text. */
  enum Verdict {
    /** It leaves nothing. */
    NOTHING,
    /** The server can tell whether it has left something. */
    ASK,
    /** It leaves something, or something that the server cannot tell. */
    LEAVES
  }

  private static final Set<String> BEGIN_A_STATEMENT =
      Set.of(
          "set",
          "reset",
          "create",
          "listen",
          "prepare",
          "declare",
          "do",
          "call",
          "execute",
          "load",
          "discard",
          "deallocate");

  /** No view of the server shows custom settings, or LISTEN before it is committed. */
  private static final Set<String> CERTAIN = Set.of("set", "listen", "load");

  /** These follow SET in commands whose effect ends with the transaction. */
  private static final Set<String> LOCAL = Set.of("local", "constraints", "transaction");

  /** PL/pgSQL has statements behind these words; {@code THEN DO NOTHING} is a part of MERGE. */
  private static final Set<String> BLOCK = Set.of("begin", "then", "else", "loop");

  /**
   * The opening sets these itself, or the proxy does to match the client's start-up message, so
   * that the server's views do not show that a text did.
   */
  private static final Set<String> SET_ANYWAY =
      Set.of(
          "application_name",
          "client_encoding",
          "datestyle",
          "timezone",
          "extra_float_digits",
          "search_path",
          "statement_timeout",
          "idle_in_transaction_session_timeout",
          "transaction_timeout",
          "role",
          "authorization");

  private final String sql;
  private final boolean commented;
  private boolean suspicious;
  private boolean certain;
  private boolean named;

  private StatefulText(String sql) {
    this.sql = sql;
    this.commented = sql.contains("--") || sql.contains("/*");
  }

  /** Reads every word of the text once. */
  static Verdict verdict(String sql) {
    StatefulText text = new StatefulText(sql);
    for (int at = 0; at < sql.length(); at++) {
      if (text.isInWord(at)) {
        int end = text.endOfWord(at);
        text.read(at, sql.substring(at, end).toLowerCase(Locale.ROOT));
        at = end;
      }
    }
    if (text.certain || text.suspicious && text.named) {
      return Verdict.LEAVES;
    }
    return text.suspicious ? Verdict.ASK : Verdict.NOTHING;
  }

  private boolean isInWord(int at) {
    char c = sql.charAt(at);
    return Character.isLetterOrDigit(c) || c == '_';
  }

  private int endOfWord(int start) {
    int end = start;
    while (end < sql.length() && isInWord(end)) {
      end++;
    }
    return end;
  }

  private void read(int start, String word) {
    certain |= word.equals("set_config");
    suspicious |= leavesAnywhere(word);
    named |= SET_ANYWAY.contains(word);
    if (BEGIN_A_STATEMENT.contains(word)) {
      boolean begins = begins(start, word);
      if (begins && CERTAIN.contains(word)) {
        certain |= !isLocal(start + word.length());
      } else {
        suspicious |= begins || commented;
      }
    }
  }

  private static boolean leavesAnywhere(String word) {
    return word.equals("temp")
        || word.equals("temporary")
        || word.startsWith("pg_temp")
        || isSessionLock(word);
  }

  private static boolean isSessionLock(String word) {
    return (word.startsWith("pg_advisory") || word.startsWith("pg_try_advisory"))
        && !word.contains("_xact_");
  }

  /** Whether no name precedes the word. */
  private boolean begins(int start, String word) {
    int before = start - 1;
    while (before >= 0 && Character.isWhitespace(sql.charAt(before))) {
      before--;
    }
    if (before < 0) {
      return true;
    }
    if (isInWord(before)) {
      return !word.equals("do") && BLOCK.contains(wordThatEnds(before));
    }
    return sql.charAt(before) != '"' && sql.charAt(before) != ')';
  }

  private String wordThatEnds(int last) {
    int start = last;
    while (start > 0 && isInWord(start - 1)) {
      start--;
    }
    return sql.substring(start, last + 1).toLowerCase(Locale.ROOT);
  }

  private boolean isLocal(int behindSet) {
    int next = behindSet;
    while (next < sql.length() && Character.isWhitespace(sql.charAt(next))) {
      next++;
    }
    return LOCAL.contains(sql.substring(next, endOfWord(next)).toLowerCase(Locale.ROOT));
  }
}
