package dev.warmpool.session.internal.run;

import dev.warmpool.session.internal.pool.Lease;
import dev.warmpool.session.internal.run.TimeBudget.Step;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Ends a session after its work: lets its statements end, commits or rolls back, and gives the
 * connection back or closes it, each step within the time budget. Runs on the thread that
 * subscribes; thread-safe; one for each {@link RunningSession}.
 */
final class SessionEnd {

  private final SessionStatements statements;
  private volatile boolean abandoned;

  SessionEnd(SessionStatements statements) {
    this.statements = statements;
  }

  private TransactionEnd end() {
    return statements.end();
  }

  private TimeBudget budget() {
    return end().budget();
  }

  /** Commits after the work has succeeded; rolls back and fails if nothing can be committed. */
  Mono<Void> complete() {
    return Mono.defer(this::completed).onErrorResume(this::notCommitted);
  }

  private Mono<Void> completed() {
    statements.events().completing();
    return statements.isIdle() ? commit() : settleAndCommit();
  }

  private Mono<Void> notCommitted(Throwable error) {
    statements.events().note(error);
    statements.events().abandoning();
    return rollBack().then(Mono.error(error));
  }

  private Mono<Void> settleAndCommit() {
    return statements
        .settled(budget().settling())
        .onErrorMap(TimeoutException.class, statements.errors()::deadlineExceeded)
        .then(Mono.defer(this::commit));
  }

  private Mono<Void> commit() {
    Throwable failure = statements.errors().failure();
    if (failure != null) {
      return Mono.error(failure);
    }
    Lease lease = letGo();
    if (lease == null) {
      return Mono.empty();
    }
    return (statements.isIdle() ? end().succeed(lease) : settleAndSucceed(lease))
        .onErrorMap(SessionErrors::isRolledBack, error -> statements.errors().rolledBack());
  }

  /** Takes the connection from the session, which takes no more statements. */
  private @Nullable Lease letGo() {
    return statements.held().letGo(() -> end().errors().closed());
  }

  /** Lets a statement end that another thread has sent just before the session let go. */
  private Mono<Void> settleAndSucceed(Lease lease) {
    return statements
        .settled(budget().settling())
        .onErrorResume(
            error ->
                lease
                    .invalidate(budget().of(Step.CLOSE))
                    .then(Mono.error(statements.errors().deadlineExceededRunning(error))))
        .then(Mono.defer(() -> end().succeed(lease)));
  }

  /** Rolls back after the work has failed, or closes the connection. */
  Mono<Void> abandon() {
    abandoned = true;
    statements.events().abandoning();
    return rollBack().doOnTerminate(this::tellIfUnknown);
  }

  private void tellIfUnknown() {
    if (statements.flight().isUnanswered()) {
      statements.events().unknown();
    }
  }

  /** Whether the work has failed or its caller has left, so that the session only cleans up. */
  boolean isAbandoned() {
    return abandoned;
  }

  private Mono<Void> rollBack() {
    return Mono.defer(
            () -> {
              String label = statements.options().label();
              statements.abort().by(new CancellationException(label + " was abandoned"));
              return statements
                  .settled(budget().of(Step.DRAIN))
                  .onErrorResume(error -> cancelStatement());
            })
        .then(Mono.defer(this::rollBackSettled));
  }

  private Mono<Void> cancelStatement() {
    Lease lease = statements.held().lease();
    if (lease == null) {
      return Mono.empty();
    }
    Duration limit = budget().of(Step.CANCEL);
    lease.cancelStatement(limit);
    if (!statements.options().kind().writes()) {
      return Mono.empty(); // no work to undo, so its connection is closed at once
    }
    return statements.settled(limit).onErrorResume(error -> Mono.empty());
  }

  private Mono<Void> rollBackSettled() {
    Lease lease = letGo();
    if (lease == null) {
      return Mono.empty();
    }
    return statements.isIdle() ? end().rollBack(lease) : lease.invalidate(budget().of(Step.CLOSE));
  }
}
