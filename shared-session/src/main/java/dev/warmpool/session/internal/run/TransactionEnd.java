package dev.warmpool.session.internal.run;

import dev.warmpool.session.CommitOutcomeUnknownException;
import dev.warmpool.session.Deadline;
import dev.warmpool.session.SessionOptions;
import dev.warmpool.session.SessionOptions.Kind;
import dev.warmpool.session.TransactionControlException;
import dev.warmpool.session.internal.loop.EventLoops;
import dev.warmpool.session.internal.pool.Lease;
import dev.warmpool.session.internal.postgres.OtherTransactionException;
import dev.warmpool.session.internal.postgres.ServerConnection;
import dev.warmpool.session.internal.postgres.SqlStates;
import dev.warmpool.session.internal.run.TimeBudget.Step;
import java.time.Duration;
import java.time.Instant;
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
    return connection.state().isBroken() || !connection.isOpen();
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

  /** The session's errors. */
  SessionErrors errors() {
    return new SessionErrors(options, block);
  }

  /** The error of a statement that commits by itself and was not answered. */
  CommitOutcomeUnknownException unknown(SqlStatement statement, Lease lease, Throwable error) {
    lease.connection().state().markBroken();
    return errors().unknown(statement, error);
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
    lease.connection().state().markControlled();
    return errors().controlled();
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
    return error instanceof OtherTransactionException
        ? controlled(lease)
        : errors().ofCommit(error);
  }

  /** Rolls back and releases the connection; closes it if it is broken or does not answer. */
  Mono<Void> rollBack(Lease lease) {
    return lease.connection().state().isBroken() && !lease.connection().isWorthResetting()
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
