package dev.warmpool.session.internal.sql;

import java.util.Locale;
import java.util.Set;

/**
 * Recognizes texts that may leave state on the server's connection beyond their transaction. It
 * looks for words and does not parse, so that it finds too many texts rather than too few. A word
 * counts where it can begin a statement: at the start, behind a semicolon, a comment or a quote, or
 * behind a word of PL/pgSQL. Confined to one thread.
 */
public final class StatefulText {

  /** What is known of a text. */
  public enum Verdict {
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
  private static final Set<String> CERTAIN = Set.of("set", "listen", "load", "do");

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

  /** A constant is run as a text only by commands with one of these words. */
  private static final Set<String> RUN_CONSTANTS = Set.of("execute", "create", "do", "prepare");

  /** Characters behind which a statement can begin: of separators, comments, quotes and labels. */
  private static final String BEFORE_A_STATEMENT = ";/'$>";

  private final String sql;
  private boolean suspicious;
  private boolean certain;
  private boolean certainInConstant;
  private boolean runsConstants;
  private boolean named;

  private StatefulText(String sql) {
    this.sql = sql;
  }

  /** Reads every word of the text once. */
  public static Verdict verdict(String sql) {
    StatefulText text = new StatefulText(sql);
    for (int at = 0; at < sql.length(); at++) {
      if (text.isInWord(at)) {
        int end = text.endOfWord(at);
        text.read(at, sql.substring(at, end).toLowerCase(Locale.ROOT));
        at = end;
      }
    }
    boolean escaped = sql.contains("&\""); // an identifier with Unicode escapes hides its letters
    boolean certain = text.certain || text.certainInConstant && text.runsConstants || escaped;
    if (certain || text.suspicious && text.named) {
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
    certain |= word.equals("set_config") || word.equals("pg_settings");
    suspicious |= leavesAnywhere(word);
    named |= SET_ANYWAY.contains(word);
    runsConstants |= RUN_CONSTANTS.contains(word);
    if (BEGIN_A_STATEMENT.contains(word) && begins(start, word)) {
      boolean ofSession = CERTAIN.contains(word) && !isLocal(start + word.length());
      boolean inConstant = start > 0 && sql.charAt(start - 1) == '\'';
      certain |= ofSession && !inConstant;
      certainInConstant |= ofSession && inConstant;
      suspicious |= !CERTAIN.contains(word);
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

  /** Whether the word can begin a statement, by what precedes it. */
  private boolean begins(int start, String word) {
    int before = start - 1;
    boolean newLine = false;
    while (before >= 0 && Character.isWhitespace(sql.charAt(before))) {
      newLine |= sql.charAt(before) == '\n' || sql.charAt(before) == '\r';
      before--;
    }
    if (before < 0 || newLine && isInLineComment(before)) {
      return true;
    }
    if (isInWord(before)) {
      return !word.equals("do") && BLOCK.contains(wordThatEnds(before));
    }
    return BEFORE_A_STATEMENT.indexOf(sql.charAt(before)) >= 0;
  }

  private boolean isInLineComment(int at) {
    int line = Math.max(sql.lastIndexOf('\n', at), sql.lastIndexOf('\r', at)) + 1;
    int comment = sql.indexOf("--", line);
    return comment >= 0 && comment <= at;
  }

  private String wordThatEnds(int last) {
    int start = last;
    while (start > 0 && isInWord(start - 1)) {
      start--;
    }
    return sql.substring(start, last + 1).toLowerCase(Locale.ROOT);
  }

  /** Whether LOCAL or the like follows, and is not the name of a setting such as local.tenant. */
  private boolean isLocal(int behindSet) {
    int next = skipBlanks(behindSet);
    int end = endOfWord(next);
    int behind = skipBlanks(end);
    boolean named = behind < sql.length() && (isInWord(behind) || sql.charAt(behind) == '"');
    return named && LOCAL.contains(sql.substring(next, end).toLowerCase(Locale.ROOT));
  }

  private int skipBlanks(int from) {
    int next = from;
    while (next < sql.length() && Character.isWhitespace(sql.charAt(next))) {
      next++;
    }
    return next;
  }
}
