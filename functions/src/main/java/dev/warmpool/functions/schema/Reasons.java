package dev.warmpool.functions.schema;

import dev.warmpool.session.SessionException;
import io.r2dbc.spi.R2dbcException;

/** Turns exceptions into the reasons that reports give. Stateless. */
final class Reasons {

  /** Characters of a reason: 200 of them fit into a response many times. */
  private static final int MAX_LENGTH = 1_000;

  private Reasons() {}

  /**
   * Returns the reason in one line of at most 1,000 characters, all of them of the Basic
   * Multilingual Plane, so that it can be cut anywhere. The messages of the session manager and of
   * this package are whole sentences; those of the database need their SQLSTATE, all others their
   * class.
   */
  static String of(Throwable error) {
    String reason = whole(error).replaceAll("[^\\x20-\\uD7FF\\uE000-\\uFFFD]", " ");
    return reason.length() <= MAX_LENGTH ? reason : reason.substring(0, MAX_LENGTH - 1) + "…";
  }

  private static String whole(Throwable error) {
    if (error instanceof R2dbcException database) {
      return database.getSqlState() + " " + database.getMessage();
    }
    boolean sentence =
        error instanceof SessionException
            || error instanceof IllegalArgumentException
            || error instanceof IllegalStateException;
    return sentence && error.getMessage() != null ? error.getMessage() : error.toString();
  }
}
