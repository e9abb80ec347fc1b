package dev.warmpool.session.internal.run;

import dev.warmpool.session.CommitOutcomeUnknownException;
import dev.warmpool.session.SessionOptions;
import dev.warmpool.session.internal.listen.SessionEvents;
import dev.warmpool.session.internal.loop.EventLoops;
import dev.warmpool.session.internal.pool.Lease;
import dev.warmpool.session.internal.postgres.ServerConnection;
import dev.warmpool.session.internal.sql.RefusedText;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * The statements of one session, and the connection that they run on: sends one at a time, the
 * first behind the session's opening. Statements are sent on a thread that must not block, as the
 * connection's event loop is. Thread-safe; one for each {@link RunningSession}.
 */
final class SessionStatements {

  private final SessionOptions options;
  private final Openings openings;
  private final SessionEvents events;
  private final Abort abort;
  private final Flight flight;
  private final HeldConnection held = new HeldConnection();
  private final StatementQueue queue;
  private final StatementErrors errors;

  SessionStatements(SessionOptions options, Openings openings, SessionEvents events, Abort abort) {
    this.options = options;
    this.openings = openings;
    this.events = events;
    this.abort = abort;
    boolean block = openings.sql().opensBlock(options);
    TimeBudget budget = new TimeBudget(options.deadline());
    this.flight = new Flight(new TransactionEnd(options, block, budget, openings.loops()));
    this.queue = new StatementQueue(options);
    this.errors = new StatementErrors(options, flight, held, queue);
  }

  SessionOptions options() {
    return options;
  }

  /** What a listener hears of the session. */
  SessionEvents events() {
    return events;
  }

  /** The session's end from outside. */
  Abort abort() {
    return abort;
  }

  /** How the session runs on its connection. */
  Flight flight() {
    return flight;
  }

  /** How the session ends on its connection, as far as is known now. */
  TransactionEnd end() {
    return flight.end();
  }

  /** The connection, from the first statement to the end. */
  HeldConnection held() {
    return held;
  }

  /** What the statements' errors mean for the session's end. */
  StatementErrors errors() {
    return errors;
  }

  /** Whether the statements share a transaction; else each is its own. */
  boolean hasTransaction() {
    return end().block();
  }

  /** The most characters of a statement that the peer takes without a cost of its own. */
  int mostCharacters() {
    return openings.sql().mostCharacters();
  }

  /** The one statement is known and may be its own transaction, if a connection allows it. */
  void allowOneFlight() {
    if (openings.sql().allowsOneFlight(options)) {
      flight.allow();
    }
  }

  /** Runs a statement at subscription, the session's first one behind the opening. */
  <T> Flux<T> run(SqlStatement statement) {
    return new Flux<>() {
      @Override
      public void subscribe(CoreSubscriber<? super T> subscriber) {
        RunningStatement<T> running =
            new RunningStatement<>(SessionStatements.this, statement, subscriber);
        running.start(Flux.defer(() -> queue.admit(running, () -> send(statement, running))));
      }
    };
  }

  /** Runs a statement behind the current one and before any later one, unawaited. */
  void runUnattended(String sql) {
    run(SqlStatement.following(sql)).subscribe(ignored -> {}, ignored -> {}).dispose();
  }

  private Flux<Object> send(SqlStatement statement, RunningStatement<?> running) {
    refuse(statement);
    Throwable refusal = held.refusal();
    if (refusal != null) {
      return Flux.error(refusal);
    }
    Lease lease = held.lease();
    return lease == null
        ? openings.first(this, statement, running::isLeft)
        : onLoop(lease, answers(statement, lease, running::isLeft));
  }

  /** Refuses a text; one that controls the transaction ends the session with it. */
  private void refuse(SqlStatement statement) {
    RefusedText.refuseNul(options, statement.sql());
    String command = statement.transactionCommand();
    if (command != null) {
      held.refuse(() -> end().errors().controlling(command));
    }
    if (statement.turn() != SqlStatement.Turn.ALONE) { // session.copyIn
      RefusedText.refuseCopy(options, statement.sql());
    }
  }

  /** A thread that may block, hence not the loop's, leaves it to the loop to send. */
  private Flux<Object> onLoop(Lease lease, Flux<Object> answers) {
    return Schedulers.isInNonBlockingThread()
        ? answers
        : Flux.from(subscriber -> runOnLoop(lease, () -> answers.subscribe(subscriber)));
  }

  /** Runs the task on the event loop of the connection. */
  void runOnLoop(Lease lease, Runnable task) {
    loops().run(lease.connection().scheduler(), task);
  }

  EventLoops loops() {
    return openings.loops();
  }

  /**
   * The statement's items, with what its kind of session takes for granted checked.
   *
   * @param left whether the items are for no subscriber any more
   */
  Flux<Object> answers(SqlStatement statement, Lease lease, BooleanSupplier left) {
    ServerConnection connection = lease.connection();
    Flux<Object> answers =
        connection.watched(statement.sql(), statement.sending().on(connection, left));
    return end().guarded(statement, lease, events.sending(statement.sql(), answers));
  }

  /** Notes an error of the statement that runs now, whether or not the work gets it. */
  void failed(Throwable error) {
    if (!(error instanceof CommitOutcomeUnknownException)) {
      flight.returned();
    }
    errors.note(error);
    events.failed(error);
  }

  /** The statement has ended on the connection. */
  void ended(RunningStatement<?> statement) {
    events.ended();
    queue.ended(statement);
  }

  /** The error as the caller is to see it; the listener hears of it. */
  Throwable meaning(Throwable error) {
    Throwable meaning = errors.meaning(error);
    events.note(meaning);
    return meaning;
  }

  /** Whether no statement is running. */
  boolean isIdle() {
    return queue.isIdle();
  }

  /** Completes when no statement is running; fails after the limit. */
  Mono<Void> settled(Duration limit) {
    return queue.isIdle() ? Mono.empty() : loops().bound(queue.settled(), limit);
  }
}
