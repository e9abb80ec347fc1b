package dev.warmpool.session.internal.run;

import dev.warmpool.session.SessionOptions;
import dev.warmpool.session.internal.guard.BlockingRefusals;
import dev.warmpool.session.internal.pool.Lease;
import dev.warmpool.session.internal.postgres.SqlStates;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import org.jspecify.annotations.Nullable;

/**
 * The errors of a session's statements as far as the session's end depends on them, whether or not
 * the unit of work has swallowed them, and what an error means after them. Thread-safe: statements
 * run one after another; one for each {@link SessionStatements}.
 */
final class StatementErrors {

  /** The server ends the connection with this one: transaction_timeout. */
  private static final String TRANSACTION_TIMEOUT = "25P04";

  private final SessionOptions options;
  private final Flight flight;
  private final HeldConnection held;
  private final StatementQueue queue;
  private volatile @Nullable Throwable first;
  private volatile @Nullable RunningStatement<?> failed;
  private volatile @Nullable Throwable lost;

  StatementErrors(
      SessionOptions options, Flight flight, HeldConnection held, StatementQueue queue) {
    this.options = options;
    this.flight = flight;
    this.held = held;
    this.queue = queue;
  }

  private SessionErrors errors() {
    return flight.end().errors();
  }

  /** Notes an error of the latest statement. */
  void note(Throwable error) {
    String state = SqlStates.sqlState(error);
    boolean database = error instanceof R2dbcException;
    if (database && (SqlStates.isConnectionLoss(error) || TRANSACTION_TIMEOUT.equals(state))) {
      lost = error;
      Lease lease = held.lease();
      if (lease != null) {
        lease.connection().state().markBroken();
      }
    } else if (state != null) {
      failed = queue.latest();
      first = first == null ? error : first;
    }
  }

  /** Notes that a statement has succeeded, so that the transaction has not failed or goes on. */
  void succeeded(RunningStatement<?> statement) {
    if (first != null && failed != statement) {
      first = null;
    }
  }

  /**
   * The error if a statement's text ended or opened a transaction, as far as the driver knows; else
   * null. The session takes no more statements then.
   */
  @Nullable Throwable violation() {
    Lease lease = held.lease();
    Throwable violation = lease == null ? null : flight.end().violation(lease);
    if (violation != null) {
      held.refuse(() -> violation);
    }
    return violation;
  }

  /** Why there is nothing to commit although the work succeeded; null if there is. */
  @Nullable Throwable failure() {
    Throwable violation = violation();
    if (violation != null || !flight.end().commits()) {
      return violation;
    }
    Throwable refusal = held.refusal();
    if (refusal != null) {
      return refusal;
    }
    return flight.end().isLate() ? deadlineExceeded(null) : loss(held.lease());
  }

  /** The loss of the connection, which COMMIT would take for an unknown outcome; null for none. */
  private @Nullable Throwable loss(@Nullable Lease lease) {
    Throwable known = lost;
    if (lease == null || known != null) {
      return lease == null ? null : known;
    }
    return lease.connection().isOpen()
        ? null
        : new R2dbcNonTransientResourceException(
            "the connection was lost before COMMIT, so nothing was committed", "08006");
  }

  /** The error of a COMMIT that the server answered by a rollback. */
  Throwable rolledBack() {
    return errors().failed(first);
  }

  /** The error of a session that meets its deadline while doing what it does now. */
  Throwable deadlineExceeded(@Nullable Throwable cause) {
    return errors().deadlineExceeded(doing(), cause);
  }

  private String doing() {
    if (queue.isIdle()) {
      return "while its work ran no statement";
    }
    return held.lease() == null ? "while waiting for a connection" : queue.running();
  }

  /** The same of a session that has let go of its connection while a statement runs. */
  Throwable deadlineExceededRunning(Throwable cause) {
    return errors().deadlineExceeded(queue.running(), cause);
  }

  /** The error as the caller is to see it. */
  Throwable meaning(Throwable error) {
    return BlockingRefusals.isRefusal(error)
        ? BlockingRefusals.explained(options, error)
        : errors().meaning(error, first, queue::running);
  }
}
