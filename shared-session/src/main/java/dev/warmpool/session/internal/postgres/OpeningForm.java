package dev.warmpool.session.internal.postgres;

/** What an opening opens. */
public enum OpeningForm {
  /** A transaction block: nothing behind an opening that fails can commit. */
  BLOCK,
  /** Settings of the connection. Each statement behind it is its own transaction. */
  CONNECTION,
  /**
   * The same behind a reset that was not answered. If the reset has failed, or the opening fails,
   * the server ends the connection, so that the statement behind it is not run.
   */
  CONNECTION_BEHIND_RESET;

  /** Whether it opens a transaction block. */
  public boolean isBlock() {
    return this == BLOCK;
  }
}
