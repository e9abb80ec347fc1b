package dev.warmpool.session.internal.sql;

import dev.warmpool.session.SessionOptions;
import dev.warmpool.session.internal.sql.CopyText.Direction;

/** Texts that a session does not send, whatever it has done before, and the way out. */
public final class RefusedText {

  private RefusedText() {}

  /**
   * Refuses a text with a NUL: the server would read another message than was sent, and close the
   * connection.
   *
   * @throws IllegalArgumentException if the text has one
   */
  public static void refuseNul(SessionOptions session, String sql) {
    int index = sql.indexOf('\0');
    if (index >= 0) {
      throw new IllegalArgumentException(
          session.label()
              + " runs no text with a NUL, its character "
              + (index + 1)
              + ": PostgreSQL ends a text there; leave it out");
    }
  }

  /**
   * Refuses a text that copies from or to the client, which as a statement would wait for data that
   * never comes, or drop its rows.
   *
   * @throws IllegalArgumentException if the text is one
   */
  public static void refuseCopy(SessionOptions session, String sql) {
    Direction direction = CopyText.in(sql);
    if (direction != Direction.NONE) {
      throw new IllegalArgumentException(
          session.label()
              + " runs no COPY "
              + (direction == Direction.FROM_CLIENT
                  ? "FROM STDIN as a statement: use session.copyIn"
                  : "TO STDOUT: stream the rows of a query instead"));
    }
  }
}
