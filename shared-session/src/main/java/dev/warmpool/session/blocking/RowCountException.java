package dev.warmpool.session.blocking;

import dev.warmpool.session.SessionException;

/** A query that must have one row, or at most one, had another number of rows. */
public final class RowCountException extends SessionException {

  private static final long serialVersionUID = 1L;

  private final int rows;

  /**
   * Creates the exception.
   *
   * @param message which session and which query
   * @param rows how many were read
   */
  public RowCountException(String message, int rows) {
    super(message, null);
    this.rows = rows;
  }

  /** How many rows were read: 0, or 2 for more than one. */
  public int rows() {
    return rows;
  }
}
