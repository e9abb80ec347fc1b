package dev.warmpool.session.internal.run;

import dev.warmpool.session.internal.pool.Lease;
import dev.warmpool.session.internal.postgres.SqlStates;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import org.jspecify.annotations.Nullable;

/**
 * The errors of a session's statements as far as the session's end depends on them, whether or not
 * the unit of work has swallowed them. Thread-safe: statements run one after another.
 */
final class StatementErrors {

  /** The server ends the connection with this one: transaction_timeout. */
  private static final String TRANSACTION_TIMEOUT = "25P04";

  private volatile @Nullable Throwable first;
  private volatile @Nullable RunningStatement<?> failed;
  private volatile @Nullable Throwable lost;

  /**
   * Notes an error.
   *
   * @param statement that failed; null if it is not known
   * @param lease the connection; null for none
   */
  void note(Throwable error, @Nullable RunningStatement<?> statement, @Nullable Lease lease) {
    String state = SqlStates.sqlState(error);
    boolean database = error instanceof R2dbcException;
    if (database && (SqlStates.isConnectionLoss(error) || TRANSACTION_TIMEOUT.equals(state))) {
      lost = error;
      if (lease != null) {
        lease.connection().markBroken();
      }
    } else if (state != null) {
      failed = statement;
      first = first == null ? error : first;
    }
  }

  /** Notes that a statement has succeeded, so that the transaction has not failed or goes on. */
  void succeeded(RunningStatement<?> statement) {
    if (first != null && failed != statement) {
      first = null;
    }
  }

  /** The error of the database that has failed the transaction; null if there is none. */
  @Nullable Throwable first() {
    return first;
  }

  /**
   * The loss of the connection, which COMMIT would take for an unknown outcome; null if it was not
   * lost.
   *
   * @param lease the connection; null for none
   */
  @Nullable Throwable lost(@Nullable Lease lease) {
    Throwable known = lost;
    if (lease == null || known != null) {
      return lease == null ? null : known;
    }
    return lease.connection().isOpen()
        ? null
        : new R2dbcNonTransientResourceException(
            "the connection was lost before COMMIT, so nothing was committed", "08006");
  }
}
