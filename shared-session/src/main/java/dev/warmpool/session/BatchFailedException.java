package dev.warmpool.session;

import io.r2dbc.spi.R2dbcException;

/**
 * The database refused a row of a batch or of a copy. It has the SQLSTATE and the text of the
 * database's error, which is its cause, and tells how far the rows were sent.
 */
public final class BatchFailedException extends R2dbcException {

  private static final long serialVersionUID = 1L;

  private final long firstRow;
  private final long lastRow;

  /**
   * Creates the exception.
   *
   * @param firstRow the number of the first row that may be the refused one, from 1
   * @param lastRow the number of the last one
   */
  public BatchFailedException(R2dbcException cause, long firstRow, long lastRow) {
    super(message(cause, firstRow, lastRow), cause.getSqlState(), cause.getErrorCode(), cause);
    this.firstRow = firstRow;
    this.lastRow = lastRow;
  }

  private static String message(R2dbcException cause, long first, long last) {
    return (first == last ? "row " + first : "one of the rows " + first + " to " + last)
        + ": "
        + cause.getMessage();
  }

  /**
   * The number of the row, counted from 1; the number of the first of the rows that were sent
   * together, if the server does not tell which of them it refused. Of a copy, the line.
   */
  public long firstRow() {
    return firstRow;
  }

  /** The number of the last row that may be the refused one: often {@link #firstRow} itself. */
  public long lastRow() {
    return lastRow;
  }
}
