package dev.warmpool.session.internal.run;

import dev.warmpool.session.CommitOutcomeUnknownException;
import dev.warmpool.session.Deadline;
import dev.warmpool.session.DeadlineExceededException;
import dev.warmpool.session.SessionClosedException;
import dev.warmpool.session.SessionOptions;
import dev.warmpool.session.SessionOptions.Kind;
import dev.warmpool.session.TransactionControlException;
import dev.warmpool.session.TransactionFailedException;
import dev.warmpool.session.internal.postgres.SqlStates;
import dev.warmpool.session.internal.sql.SqlText;
import io.r2dbc.spi.R2dbcRollbackException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The errors of a session as its caller sees them: what each of the driver's means in a session of
 * this kind, and the library's own. Immutable; made where an error is.
 *
 * @param options the session's
 * @param block whether the session runs in a transaction block
 */
record SessionErrors(SessionOptions options, boolean block) {

  /** The driver's own code for a COMMIT that the server answered by ROLLBACK. */
  private static final String ROLLED_BACK = "99999";

  /** The server's refusal of a statement in a transaction that has failed. */
  private static final String FAILED_BEFORE = "25P02";

  private boolean isOutside() {
    return options.kind() == Kind.OUTSIDE_TRANSACTION;
  }

  /**
   * What an error of a statement means.
   *
   * @param first the error that has failed the transaction before; null for none
   * @param running describes the statement
   */
  Throwable meaning(Throwable error, @Nullable Throwable first, Supplier<String> running) {
    return first != null && FAILED_BEFORE.equals(SqlStates.sqlState(error))
        ? failed(first)
        : meaning(error, running);
  }

  /** What an error of COMMIT means. */
  Throwable ofCommit(Throwable error) {
    return meaning(error, () -> "while committing");
  }

  /** The deadline's error if a server time-out struck that the opening set; else the error. */
  private Throwable meaning(Throwable error, Supplier<String> doing) {
    Deadline deadline = options.deadline();
    boolean late = deadline != null && deadline.isPast();
    return late && SqlStates.isServerTimeout(error) ? deadlineExceeded(doing.get(), error) : error;
  }

  /**
   * Whether the server answered COMMIT by a rollback, since the transaction had failed before; or
   * refused the check in front of it, where both are one message.
   */
  static boolean isRolledBack(Throwable error) {
    String state = SqlStates.sqlState(error);
    return FAILED_BEFORE.equals(state)
        || error instanceof R2dbcRollbackException && ROLLED_BACK.equals(state);
  }

  /**
   * The error of a session that has met its deadline.
   *
   * @param doing what it was doing then
   */
  DeadlineExceededException deadlineExceeded(String doing, @Nullable Throwable cause) {
    return new DeadlineExceededException(
        options.label()
            + " was not over at its deadline, "
            + doing
            + (isOutside() ? ": what it has done is not undone" : ": it has been rolled back"),
        cause);
  }

  /** The error of a transaction that failed before and went on, because its error was swallowed. */
  TransactionFailedException failed(@Nullable Throwable first) {
    String state = first == null ? null : SqlStates.sqlState(first);
    return new TransactionFailedException(
        options.label()
            + " cannot commit: a statement failed"
            + (state == null ? "" : " with SQLSTATE " + state)
            + " and its error was swallowed, but PostgreSQL refuses all that follows an error; let"
            + " the error fail the session, or run what may fail in session.savepoint",
        first);
  }

  /** The error of a statement that commits by itself and was not answered, because of this one. */
  CommitOutcomeUnknownException unknown(SqlStatement statement, Throwable error) {
    return new CommitOutcomeUnknownException(
        options.label()
            + " sent "
            + SqlText.shown(statement.sql())
            + (isOutside() ? " outside a transaction" : " in one flight")
            + " and got no answer ("
            + SqlStates.shortly(error)
            + "): look at what it has done before doing it again",
        error);
  }

  /** The error of such a statement if the session was ended from outside before its answer. */
  CommitOutcomeUnknownException cutInFlight(SqlStatement statement, Throwable reason) {
    return new CommitOutcomeUnknownException(
        options.label()
            + " sent "
            + SqlText.shown(statement.sql())
            + " in one flight and was ended before the answer: look at what it has done before"
            + " doing it again",
        reason);
  }

  /** The error of a text that has ended or opened a transaction. */
  TransactionControlException controlled() {
    return new TransactionControlException(options.label() + violated());
  }

  private String violated() {
    if (block) {
      return " had its transaction ended, or all settings reset, by a statement's text: the session"
          + " commits by itself";
    }
    return (isOutside() ? " runs outside a transaction" : " is read-only")
        + " and had a transaction opened by a statement's text";
  }

  /** The error of a text that has such a command, which was not sent. */
  TransactionControlException controlling(String command) {
    return new TransactionControlException(
        options.label()
            + " sends no text with "
            + command
            + (isOutside()
                ? ": it runs outside a transaction; for one, use a read-write session"
                : ": the session begins and ends its transaction itself; for two commits use two"
                    + " sessions, to undo a part session.savepoint"));
  }

  /** The error of a statement that comes after the session's end. */
  SessionClosedException closed() {
    return new SessionClosedException(options.label() + " is over: it takes no more statements");
  }
}
