package dev.warmpool.session.internal.run;

import dev.warmpool.session.CommitOutcomeUnknownException;
import dev.warmpool.session.Deadline;
import dev.warmpool.session.Session;
import dev.warmpool.session.SessionClosedException;
import dev.warmpool.session.SessionOptions;
import dev.warmpool.session.SessionOrigin;
import dev.warmpool.session.internal.listen.SessionEvents;
import dev.warmpool.session.internal.loop.EventLoops;
import dev.warmpool.session.internal.pool.Lease;
import dev.warmpool.session.internal.postgres.ServerConnection;
import dev.warmpool.session.internal.run.TimeBudget.Step;
import dev.warmpool.session.internal.sql.SqlText;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import reactor.core.CoreSubscriber;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.Scannable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

/**
 * One session, from its start until it holds no connection any more: its connection, its
 * statements, and the cause that ended it from outside. Thread-safe.
 */
public final class RunningSession {

  private static final String RETURNED_NULL =
      " has a unit of work that returned null: return Mono.empty() for no result";

  private final SessionOptions options;
  private final Openings openings;
  private final SessionEvents events;
  private final EventLoops loops;
  private final TimeBudget budget;
  private final Flight flight;
  private final HeldConnection held = new HeldConnection();
  private final StatementQueue statements;
  private final StatementErrors errors = new StatementErrors();
  private final SessionStart start;
  private final Session session;
  private final Sinks.Empty<Void> aborted = Sinks.empty();
  private final Sinks.Empty<Void> cancelled = Sinks.empty();
  private final Sinks.Empty<Void> over = Sinks.empty();
  private volatile Disposable timeout = Disposables.disposed();
  private volatile Runnable onEnd = () -> {};
  private volatile boolean abandoned;

  /**
   * Creates it; it does nothing yet.
   *
   * @param work tells where the session was begun
   * @param events told of what happens to it
   * @throws dev.warmpool.session.InvalidSchemaException if it has no schema
   */
  RunningSession(SessionOptions options, Object work, Openings openings, SessionEvents events) {
    this.options = options;
    this.events = events;
    this.openings = openings;
    this.loops = openings.loops();
    this.budget = new TimeBudget(options.deadline());
    this.flight =
        new Flight(new TransactionEnd(options, openings.sql().opensBlock(options), budget, loops));
    this.statements = new StatementQueue(options);
    this.start = SessionStart.of(options, work);
    this.session = new PooledSession(this, openings.sql().schema(options));
  }

  /**
   * Begins to watch the deadline.
   *
   * @param onEnd called once the session holds no connection any more
   */
  void begin(Runnable onEnd) {
    this.onEnd = onEnd;
    Deadline deadline = options.deadline();
    if (deadline == null) {
      return;
    }
    if (deadline.isPast()) {
      abort(end().deadlineExceeded("before it began", null));
    } else {
      Duration limit = deadline.remaining().plus(budget.of(Step.SERVER_TIMEOUT));
      timeout = loops.in(limit, () -> abort(end().deadlineExceeded(doing(), null)));
    }
  }

  /** Its one statement is known and may be its own transaction, if a connection allows it. */
  public void allowOneFlight() {
    if (openings.sql().allowsOneFlight(options)) {
      flight.allow();
    }
  }

  /** How it runs on its connection. */
  Flight flight() {
    return flight;
  }

  private TransactionEnd end() {
    return flight.end();
  }

  SessionOptions options() {
    return options;
  }

  /** What a listener hears of it. */
  public SessionEvents events() {
    return events;
  }

  /** Whether its statements share a transaction; else each is its own. */
  boolean hasTransaction() {
    return end().block();
  }

  /** The connection, from the first statement to the end. */
  HeldConnection held() {
    return held;
  }

  private SessionClosedException closed() {
    return new SessionClosedException(options.label() + " is over: it takes no more statements");
  }

  /** Fails with the cause that ended the session from outside: deadline, cancel, fatal error. */
  Mono<Void> aborted() {
    return aborted.asMono();
  }

  /**
   * Fails as {@link #aborted} does, but after the work was cancelled. What waits for a connection
   * on another thread would otherwise fail into operators that drop the error and log it.
   */
  Mono<Void> cancelled() {
    return cancelled.asMono();
  }

  /** Whether it has been ended from outside. */
  boolean isAborted() {
    return Boolean.TRUE.equals(aborted.scan(Scannable.Attr.TERMINATED));
  }

  /** The most characters of a statement that the peer takes without a cost of its own. */
  int mostCharacters() {
    return openings.sql().mostCharacters();
  }

  /** Ends the session from outside. */
  public void abort(Throwable reason) {
    Throwable signalled = FatalErrors.signalled(reason);
    if (aborted.tryEmitError(signalled).isSuccess()) {
      cancelled.tryEmitError(signalled);
      events.note(reason);
    }
  }

  /** Completes when the session holds no connection any more. */
  public Mono<Void> over() {
    return over.asMono();
  }

  /** How messages name the session. */
  public String label() {
    return options.label();
  }

  /** Where the session was begun. */
  public SessionOrigin origin() {
    return start.origin();
  }

  /** Subscribes to the work. An error that it throws while it is assembled aborts the session. */
  <T> void start(
      Function<? super Session, ? extends Publisher<T>> work, Subscriber<? super T> subscriber) {
    try {
      Publisher<T> assembled = work.apply(session);
      Objects.requireNonNull(assembled, () -> options.label() + RETURNED_NULL);
      assembled.subscribe(subscriber);
    } catch (Throwable error) {
      abort(error);
    }
  }

  /** The items of the work as they come, until the session is aborted. */
  <T> Flux<T> items(Function<? super Session, ? extends Publisher<T>> work) {
    return Flux.<T>from(subscriber -> start(work, new CancelGuard<>(subscriber)))
        .takeUntilOther(aborted())
        .onErrorMap(this::meaning);
  }

  /** Runs a statement at subscription, the session's first one behind the opening. */
  <T> Flux<T> run(SqlStatement statement) {
    return new Flux<>() {
      @Override
      public void subscribe(CoreSubscriber<? super T> subscriber) {
        RunningStatement<T> running =
            new RunningStatement<>(RunningSession.this, statement, subscriber);
        running.start(Flux.defer(() -> statements.admit(running, () -> send(statement, running))));
      }
    };
  }

  /** Runs a statement behind the current one and before any later one, unawaited. */
  void runUnattended(String sql) {
    run(SqlStatement.following(sql)).subscribe(ignored -> {}, ignored -> {}).dispose();
  }

  private Flux<Object> send(SqlStatement statement, RunningStatement<?> running) {
    refuseNul(statement.sql());
    refuseControl(statement);
    CopyIn.refuseInStatement(options, statement);
    Throwable refusal = held.refusal();
    if (refusal != null) {
      return Flux.error(refusal);
    }
    Lease lease = held.lease();
    return lease == null
        ? openings.first(this, statement, running::isLeft)
        : onLoop(lease, answers(statement, lease, running::isLeft));
  }

  /** A thread that may block, hence not the loop's, leaves it to the loop to send. */
  private Flux<Object> onLoop(Lease lease, Flux<Object> answers) {
    return Schedulers.isInNonBlockingThread()
        ? answers
        : Flux.from(subscriber -> runOnLoop(lease, () -> answers.subscribe(subscriber)));
  }

  private void runOnLoop(Lease lease, Runnable task) {
    loops.run(lease.connection().scheduler(), task);
  }

  /** The server would read another message than was sent, and close the connection. */
  private void refuseNul(String sql) {
    int index = sql.indexOf('\0');
    if (index >= 0) {
      throw new IllegalArgumentException(
          label()
              + " runs no text with a NUL, its character "
              + (index + 1)
              + ": PostgreSQL ends a text there; leave it out");
    }
  }

  /** Ends the session for a text that controls the transaction, before anything of it is sent. */
  private void refuseControl(SqlStatement statement) {
    String command = statement.transactionCommand();
    if (command != null) {
      held.refuse(() -> end().controlling(command));
    }
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
    errors.note(error, statements.latest(), held.lease());
    events.failed(error);
  }

  /** The statement has succeeded on the connection. */
  void succeeded(RunningStatement<?> statement) {
    errors.succeeded(statement);
  }

  /** The statement has ended on the connection. */
  void ended(RunningStatement<?> statement) {
    events.ended();
    statements.ended(statement);
  }

  /**
   * The error if a statement's text ended or opened a transaction, as far as the driver knows; else
   * null.
   */
  @Nullable Throwable violation() {
    Lease lease = held.lease();
    Throwable violation = lease == null ? null : end().violation(lease);
    if (violation != null) {
      held.refuse(() -> violation);
    }
    return violation;
  }

  /** What the session is doing now, for a message. */
  private String doing() {
    if (statements.isIdle()) {
      return "while its work ran no statement";
    }
    return held.lease() == null ? "while waiting for a connection" : running();
  }

  /** The latest statement, for a message. */
  private String running() {
    RunningStatement<?> latest = statements.latest();
    return latest == null
        ? "before its first statement"
        : "while running " + SqlText.shown(latest.statement().sql());
  }

  /** The error as the caller is to see it. */
  Throwable meaning(Throwable error) {
    Throwable meaning =
        BlockingRefusals.isRefusal(error)
            ? BlockingRefusals.explained(options, error)
            : end().meaning(error, errors.first(), this::running);
    events.note(meaning);
    return meaning;
  }

  /** The error as the caller is to see it when the session has ended. */
  Throwable outcome(Throwable error) {
    return flight.outcome(meaning(error));
  }

  /** Ends the session after its work succeeded: commits and releases the connection. */
  Mono<Void> complete() {
    return ending(Mono.defer(this::completed).onErrorResume(this::notCommitted));
  }

  private Mono<Void> completed() {
    events.completing();
    return statements.isIdle() ? commit() : settleAndCommit();
  }

  private Mono<Void> notCommitted(Throwable error) {
    events.note(error);
    events.abandoning();
    return rollBack().then(Mono.error(error));
  }

  private Mono<Void> settleAndCommit() {
    return settled(budget.settling())
        .onErrorMap(TimeoutException.class, error -> end().deadlineExceeded(doing(), error))
        .then(Mono.defer(this::commit));
  }

  private Mono<Void> commit() {
    Throwable failure = failure();
    if (failure != null) {
      return Mono.error(failure);
    }
    Lease lease = held.letGo(this::closed);
    if (lease == null) {
      return Mono.empty();
    }
    return (statements.isIdle() ? end().succeed(lease) : settleAndSucceed(lease))
        .onErrorMap(TransactionEnd::isRolledBack, error -> end().failed(errors.first()));
  }

  /** Why there is nothing to commit although the work succeeded; null if there is. */
  private @Nullable Throwable failure() {
    Throwable violation = violation();
    if (violation != null || !end().commits()) {
      return violation;
    }
    Throwable refusal = held.refusal();
    if (refusal != null) {
      return refusal;
    }
    return end().isLate() ? end().deadlineExceeded(doing(), null) : errors.lost(held.lease());
  }

  /** Lets a statement end that another thread has sent just before the session let go. */
  private Mono<Void> settleAndSucceed(Lease lease) {
    return settled(budget.settling())
        .onErrorResume(
            error ->
                lease
                    .invalidate(budget.of(Step.CLOSE))
                    .then(Mono.error(end().deadlineExceeded(running(), error))))
        .then(Mono.defer(() -> end().succeed(lease)));
  }

  /** Ends the session after its work failed with this error, of which its listener hears first. */
  Mono<Void> abandon(Throwable error) {
    meaning(error);
    return abandon();
  }

  /** Ends the session after its work failed: rolls back, or closes the connection. */
  Mono<Void> abandon() {
    return Mono.defer(
        () -> {
          abandoned = true;
          events.abandoning();
          return ending(rollBack().doOnTerminate(this::tellIfUnknown));
        });
  }

  private void tellIfUnknown() {
    if (flight.isUnanswered()) {
      events.unknown();
    }
  }

  /** Whether its work has failed or its caller has left, so that it only cleans up. */
  public boolean isAbandoned() {
    return abandoned;
  }

  private Mono<Void> ending(Mono<Void> ending) {
    return Mono.defer(
        () -> {
          timeout.dispose();
          loops.hold(); // the thread that runs it for the session may be elsewhere
          Mono<Void> kept = ending.doOnTerminate(this::ended).doFinally(signal -> loops.release());
          Lease lease = held.lease();
          return lease == null || Schedulers.isInNonBlockingThread()
              ? kept
              : Mono.from(subscriber -> runOnLoop(lease, () -> kept.subscribe(subscriber)));
        });
  }

  private void ended() {
    events.over();
    onEnd.run();
    over.tryEmitEmpty();
  }

  private Mono<Void> rollBack() {
    return Mono.defer(
            () -> {
              abort(new CancellationException(options.label() + " was abandoned"));
              return settled(budget.of(Step.DRAIN)).onErrorResume(error -> cancelStatement());
            })
        .then(Mono.defer(this::rollBackSettled));
  }

  /** Completes when no statement is running; fails after the limit. */
  private Mono<Void> settled(Duration limit) {
    return statements.isIdle() ? Mono.empty() : loops.bound(statements.settled(), limit);
  }

  private Mono<Void> cancelStatement() {
    Lease lease = held.lease();
    if (lease == null) {
      return Mono.empty();
    }
    Duration limit = budget.of(Step.CANCEL);
    lease.cancelStatement(limit);
    if (!options.kind().writes()) {
      return Mono.empty(); // no work to undo, so its connection is closed at once
    }
    return settled(limit).onErrorResume(error -> Mono.empty());
  }

  private Mono<Void> rollBackSettled() {
    Lease lease = held.letGo(this::closed);
    if (lease == null) {
      return Mono.empty();
    }
    return statements.isIdle() ? end().rollBack(lease) : lease.invalidate(budget.of(Step.CLOSE));
  }
}
