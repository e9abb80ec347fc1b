package dev.warmpool.session.internal.run;

import dev.warmpool.session.CommitOutcomeUnknownException;
import dev.warmpool.session.DeadlineExceededException;
import dev.warmpool.session.SessionOptions.Repetition;
import dev.warmpool.session.internal.pool.Lease;
import dev.warmpool.session.internal.postgres.OpeningForm;
import dev.warmpool.session.internal.postgres.ServerConnection;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * How a session runs on its connection: in a transaction block, or in one flight, in which its one
 * statement is its own transaction. Knows whether that statement may have been committed without an
 * answer that says so. Thread-safe.
 */
final class Flight {

  private volatile boolean allowed;
  private volatile TransactionEnd end;
  private volatile OpeningForm form = OpeningForm.BLOCK;
  private volatile @Nullable SqlStatement departed;

  /**
   * @param end how the session ends unless it runs in one flight
   */
  Flight(TransactionEnd end) {
    this.end = end;
  }

  /** Allows one flight: the session has one statement, which is known. */
  void allow() {
    allowed = true;
  }

  /**
   * Decides how the session runs on this connection. In one flight only if a lost answer is not to
   * be expected or does no harm.
   */
  void choose(ServerConnection connection) {
    if (allowed) {
      boolean safe = connection.isResetEnough() && (mayRepeat() || connection.state().isRecent());
      end = end.inBlock(!safe);
    }
    if (end.block()) {
      form = OpeningForm.BLOCK;
    } else {
      boolean guarded = end.isOneFlight() && !connection.state().isProven();
      form = guarded ? OpeningForm.CONNECTION_BEHIND_RESET : OpeningForm.CONNECTION;
    }
  }

  /** How the session ends. */
  TransactionEnd end() {
    return end;
  }

  /** What the session opens on its connection. */
  OpeningForm form() {
    return form;
  }

  /** Whether the opening ends the connection if it fails. */
  boolean isGuarded() {
    return form == OpeningForm.CONNECTION_BEHIND_RESET;
  }

  /** Whether the statement may be sent again although it may have been run. */
  boolean mayRepeat() {
    return end.options().repetition() == Repetition.HARMLESS;
  }

  /** The first statement is being sent: in one flight, it may be committed from now on. */
  void departs(SqlStatement statement) {
    if (end.isOneFlight()) {
      departed = statement;
    }
  }

  /** The server has said that it has not run the statement. */
  void returned() {
    departed = null;
  }

  /** Whether the statement may have been committed, with no answer that says so. */
  boolean isUnanswered() {
    return departed != null;
  }

  /** The error of a statement that was not answered, because of this error. */
  CommitOutcomeUnknownException unknown(SqlStatement statement, Lease lease, Throwable error) {
    return end.unknown(statement, lease, error);
  }

  /** The session's error as the caller is to see it if it was ended from outside in flight. */
  Throwable outcome(Throwable error) {
    SqlStatement unanswered = departed;
    boolean cut =
        error instanceof DeadlineExceededException || error instanceof CancellationException;
    return unanswered != null && cut ? end.errors().cutInFlight(unanswered, error) : error;
  }
}
