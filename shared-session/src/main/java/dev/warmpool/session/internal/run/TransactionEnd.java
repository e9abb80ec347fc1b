package dev.warmpool.session.internal.run;

import dev.warmpool.session.CommitOutcomeUnknownException;
import dev.warmpool.session.Deadline;
import dev.warmpool.session.DeadlineExceededException;
import dev.warmpool.session.SessionOptions;
import dev.warmpool.session.SessionOptions.Kind;
import dev.warmpool.session.TransactionControlException;
import dev.warmpool.session.TransactionFailedException;
import dev.warmpool.session.internal.loop.EventLoops;
import dev.warmpool.session.internal.pool.Lease;
import dev.warmpool.session.internal.postgres.OtherTransactionException;
import dev.warmpool.session.internal.postgres.ServerConnection;
import dev.warmpool.session.internal.postgres.SqlStates;
import dev.warmpool.session.internal.run.TimeBudget.Step;
import dev.warmpool.session.internal.sql.SqlText;
import io.r2dbc.spi.R2dbcRollbackException;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * How a session of one kind ends on its connection: which message is sent, how long its answer may
 * take, what an error means. Immutable.
 *
 * @param options the session's
 * @param block whether the session runs in a transaction block
 * @param budget how long each step may take
 */
record TransactionEnd(SessionOptions options, boolean block, TimeBudget budget, EventLoops loops) {

  /** The driver's own code for a COMMIT that the server answered by ROLLBACK. */
  private static final String ROLLED_BACK = "99999";

  /** The server's refusal of a statement in a transaction that has failed. */
  private static final String FAILED_BEFORE = "25P02";

  /** The same session with its one statement as its own transaction, or in a transaction block. */
  TransactionEnd inBlock(boolean inBlock) {
    return inBlock == block ? this : new TransactionEnd(options, inBlock, budget, loops);
  }

  /** Whether the session ends with COMMIT. */
  boolean commits() {
    return block && options.kind() == Kind.READ_WRITE;
  }

  /** Whether its one statement is its own transaction. */
  boolean isOneFlight() {
    return !block && options.kind() == Kind.READ_WRITE;
  }

  /**
   * The error if a statement's text ended or opened a transaction; else null. The status of a lost
   * connection is no proof.
   */
  @Nullable Throwable violation(Lease lease) {
    ServerConnection connection = lease.connection();
    return connection.inTransaction() == block || isLost(connection) ? null : controlled(lease);
  }

  private static boolean isLost(ServerConnection connection) {
    return connection.isBroken() || !connection.isOpen();
  }

  /**
   * The answers to a statement, failed if its text has ended the session's transaction, or if its
   * outcome outside a transaction is unknown.
   */
  Flux<Object> guarded(SqlStatement statement, Lease lease, Flux<Object> answers) {
    if (isOutside() || isOneFlight()) {
      return answers.onErrorMap(
          SqlStates::isWithoutAnswer, error -> unknown(statement, lease, error));
    }
    return block && statement.mayEndTransactions() ? verified(lease, answers) : answers;
  }

  private boolean isOutside() {
    return options.kind() == Kind.OUTSIDE_TRANSACTION;
  }

  /** The error of a statement that commits by itself and was not answered. */
  CommitOutcomeUnknownException unknown(SqlStatement statement, Lease lease, Throwable error) {
    lease.connection().markBroken();
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

  private Flux<Object> verified(Lease lease, Flux<Object> answers) {
    Mono<Object> check =
        lease
            .connection()
            .checkTransaction()
            .cast(Object.class)
            .onErrorMap(OtherTransactionException.class, error -> controlled(lease));
    return Flux.mergeSequential(answers, check);
  }

  private TransactionControlException controlled(Lease lease) {
    lease.connection().markControlled();
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
  Throwable meaning(Throwable error) {
    return meaning(error, () -> "while committing");
  }

  /** The deadline's error if a server time-out struck that the opening set; else the error. */
  private Throwable meaning(Throwable error, Supplier<String> doing) {
    Deadline deadline = options.deadline();
    boolean late = deadline != null && deadline.isPast();
    return late && SqlStates.isServerTimeout(error) ? deadlineExceeded(doing.get(), error) : error;
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

  /** Whether the deadline's time-out is due, but has not struck, since the loop was blocked. */
  boolean isLate() {
    Deadline deadline = options.deadline();
    return deadline != null
        && deadline.isPast()
        && Duration.between(deadline.at(), Instant.now()).compareTo(budget.of(Step.SERVER_TIMEOUT))
            > 0;
  }

  /** Commits, or ends a read-only session, and releases the connection. */
  Mono<Void> succeed(Lease lease) {
    if (commits()) {
      return new Commit(options, lease, loops)
          .within(budget.commit(), budget.of(Step.CANCEL))
          .onErrorResume(error -> rollBack(lease).then(Mono.error(ofCommit(error, lease))))
          .then(Mono.defer(() -> lease.release(budget.of(Step.CLOSE))));
    }
    if (block) {
      return rollBack(lease);
    }
    if (isOutside()) {
      return proven(lease, lease.connection().reset());
    }
    lease.connection().reset().subscribe(nothing -> {}, error -> {});
    return lease.release(budget.of(Step.CLOSE));
  }

  private Throwable ofCommit(Throwable error, Lease lease) {
    return error instanceof OtherTransactionException ? controlled(lease) : meaning(error);
  }

  /** Rolls back and releases the connection; closes it if it is broken or does not answer. */
  Mono<Void> rollBack(Lease lease) {
    return lease.connection().isBroken() && !lease.connection().isWorthResetting()
        ? lease.invalidate(budget.of(Step.CLOSE))
        : proven(lease, lease.connection().rollBack());
  }

  /**
   * Releases the connection once it is reset, or closes it. After a session outside a transaction
   * too: behind a reset that fails, the next session's first statement could write and commit.
   */
  private Mono<Void> proven(Lease lease, Mono<Void> reset) {
    Duration close = budget.of(Step.CLOSE);
    return loops
        .bound(reset, budget.of(Step.ROLLBACK))
        .then(Mono.defer(() -> lease.release(close)))
        .onErrorResume(error -> lease.invalidate(close));
  }
}
