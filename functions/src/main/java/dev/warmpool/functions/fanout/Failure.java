package dev.warmpool.functions.fanout;

import dev.warmpool.session.SessionException;
import io.r2dbc.spi.R2dbcException;
import java.util.Objects;
import java.util.Set;

/**
 * Why work failed, in words that can be stored and sent to operators: without values of rows.
 * Immutable.
 *
 * @param reason at most 1,000 characters, without control characters; not empty
 * @param sqlState the SQLSTATE of the database's error; empty for another error
 */
public record Failure(String reason, String sqlState) {

  /**
   * Classes of SQLSTATEs whose messages name objects and limits of the database. Messages of other
   * classes, such as 22 (data exception) and 23 (violated constraint), can quote values.
   */
  private static final Set<String> WITHOUT_VALUES =
      Set.of("08", "25", "28", "3D", "3F", "40", "42", "53", "55", "57");

  private static final int MAX_LENGTH = 1_000;

  /** Checks nothing, but shortens the reason and replaces its control characters. */
  public Failure {
    String plain = reason.replaceAll("[^\\x20-\\uD7FF\\uE000-\\uFFFD]", " ");
    reason = plain.substring(0, Math.min(MAX_LENGTH, plain.length()));
  }

  /** Returns the failure by this error. */
  public static Failure of(Throwable error) {
    if (error instanceof R2dbcException database) {
      return of(database);
    }
    boolean isSentence =
        error instanceof SessionException
            || error instanceof IllegalArgumentException
            || error instanceof IllegalStateException;
    return isSentence && error.getMessage() != null
        ? new Failure(error.getMessage(), "")
        : new Failure(error.getClass().getSimpleName() + ": the log has the details", "");
  }

  /** Returns the reason with its SQLSTATE, if it has one, in one line. */
  public String text() {
    return reason.contains(sqlState) ? reason : sqlState + " " + reason;
  }

  /** Returns the failure of a call to a queue, whose errors name the queue and what it refused. */
  static Failure sending(Throwable error) {
    return new Failure(String.valueOf(error.getMessage()), "");
  }

  private static Failure of(R2dbcException error) {
    String sqlState = Objects.requireNonNullElse(error.getSqlState(), "");
    boolean isPlain = sqlState.length() == 5 && WITHOUT_VALUES.contains(sqlState.substring(0, 2));
    return new Failure(
        isPlain
            ? String.valueOf(error.getMessage())
            : "the database reported SQLSTATE " + sqlState + ": the log has the details",
        sqlState);
  }
}
