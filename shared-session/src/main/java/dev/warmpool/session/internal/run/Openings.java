package dev.warmpool.session.internal.run;

import dev.warmpool.session.SessionOptions.Kind;
import dev.warmpool.session.internal.guard.FatalErrors;
import dev.warmpool.session.internal.loop.EventLoops;
import dev.warmpool.session.internal.loop.Limit;
import dev.warmpool.session.internal.pool.Acquisition;
import dev.warmpool.session.internal.pool.Acquisition.Limits;
import dev.warmpool.session.internal.pool.Connections;
import dev.warmpool.session.internal.pool.Lease;
import dev.warmpool.session.internal.postgres.Backend;
import dev.warmpool.session.internal.postgres.Opening;
import dev.warmpool.session.internal.postgres.SearchPath;
import dev.warmpool.session.internal.postgres.ServerConnection;
import dev.warmpool.session.internal.postgres.SessionSql;
import dev.warmpool.session.internal.postgres.SqlStates;
import dev.warmpool.session.internal.run.TimeBudget.Step;
import dev.warmpool.session.settings.PoolSettings;
import dev.warmpool.session.settings.SchemaBinding;
import dev.warmpool.session.settings.SessionSettings;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Sends the first statement of a session with the opening in front of it, and again on another
 * connection if the opening is not answered. The opening's outcome alone decides: once it was
 * acknowledged, nothing is ever sent again. Thread-safe.
 */
public final class Openings {

  private final PoolSettings settings;
  private final boolean bound;
  private final OpeningErrors errors;
  private final Connections pool;
  private final SessionSql sql;
  private final EventLoops loops;

  public Openings(SessionSettings settings, Connections pool, SessionSql sql, EventLoops loops) {
    this.settings = settings.pool();
    this.errors = new OpeningErrors(settings, sql, pool);
    this.bound = settings.binding() == SchemaBinding.STARTUP;
    this.pool = pool;
    this.sql = sql;
    this.loops = loops;
  }

  /** The opening was not answered, so nothing can have happened in the session. */
  private static final class UnansweredException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient ServerConnection connection;
    private final boolean timedOut;
    private final String ghost;

    UnansweredException(Throwable cause, ServerConnection connection) {
      super(null, cause, false, false);
      Backend backend = connection.backend();
      this.connection = connection;
      this.timedOut = cause instanceof TimeoutException;
      this.ghost = backend == null ? "" : backend.termination();
    }
  }

  /**
   * How long an opening may be unanswered. On a new connection it belongs to the wait for one: the
   * server process has just started, and a pooler lets a new client wait for one.
   */
  private Limit patience(Lease lease) {
    Limit opening = new Limit(settings.openingTimeout(), "OPENING_TIMEOUT");
    boolean known = lease.isReused() || settings.timeout().compareTo(opening.time()) <= 0;
    return known ? opening : new Limit(settings.timeout(), "POOL_TIMEOUT");
  }

  SessionSql sql() {
    return sql;
  }

  EventLoops loops() {
    return loops;
  }

  /**
   * Sends a session's first statement and emits its items.
   *
   * @param abandoned whether the caller has left the statement, so that it need not be sent
   */
  Flux<Object> first(SessionStatements session, SqlStatement statement, BooleanSupplier abandoned) {
    return Flux.defer(
        () -> attempt(new Attempt(session, statement, abandoned, System.nanoTime(), 0, "")));
  }

  /**
   * One attempt to send an opening and the first statement.
   *
   * @param began when the first attempt began, as {@link System#nanoTime()} counts
   * @param number from 0
   * @param ghost a statement that terminates the backend of the previous attempt, which may have
   *     received the message; empty for none
   */
  private record Attempt(
      SessionStatements session,
      SqlStatement statement,
      BooleanSupplier abandoned,
      long began,
      int number,
      String ghost) {

    Attempt after(UnansweredException error) {
      return new Attempt(session, statement, abandoned, began, number + 1, error.ghost);
    }
  }

  private Flux<Object> attempt(Attempt attempt) {
    attempt.session().events().acquiring();
    return acquisition(attempt.session())
        .lease(attempt.session().abort().afterWork())
        .flatMapMany(lease -> open(lease, attempt))
        .onErrorResume(UnansweredException.class, error -> replay(attempt, error));
  }

  private Acquisition acquisition(SessionStatements session) {
    SearchPath path = sql.connectionPath(sql.path(session.options()));
    return new Acquisition(
        pool, path, new Limits(settings.timeout(), session.options().deadline()));
  }

  private Flux<Object> open(Lease lease, Attempt attempt) {
    SessionStatements session = attempt.session();
    session.events().acquired(lease.isReused() ? null : lease.connection().opening());
    session.flight().choose(lease.connection());
    Flux<Object> answers;
    try {
      answers = session.answers(attempt.statement(), lease, attempt.abandoned());
    } catch (Throwable error) { // values that do not fit the text
      return release(lease, session).thenMany(Flux.error(FatalErrors.signalled(error)));
    }
    if (attempt.abandoned().getAsBoolean()) {
      return release(lease, session).thenMany(Flux.empty());
    }
    Throwable refusal = session.held().hold(lease);
    if (refusal != null) {
      return release(lease, session).thenMany(Flux.error(refusal));
    }
    // a statement outside a transaction would land, although its opening may be sent again
    boolean alone = session.options().kind() == Kind.OUTSIDE_TRANSACTION;
    Opening opening = sql.opening(session.options(), session.flight().form(), lease.connection());
    session.flight().departs(attempt.statement());
    Mono<Void> sent = lease.connection().open(attempt.ghost(), opening);
    session.events().opening();
    PipelinedOpening pipelined =
        new PipelinedOpening(
            sent,
            session.events()::opened,
            alone ? unlessAbandoned(attempt, answers) : answers,
            !alone && attempt.statement().pipelined(),
            error -> failed(error, lease, attempt));
    return pipelined.within(
        patience(lease), loops, task -> loops.run(lease.connection().scheduler(), task));
  }

  private static Flux<Object> unlessAbandoned(Attempt attempt, Flux<Object> answers) {
    return Flux.defer(() -> attempt.abandoned().getAsBoolean() ? Flux.empty() : answers);
  }

  private static Mono<Void> release(Lease lease, SessionStatements session) {
    return lease.release(new TimeBudget(session.options().deadline()).of(Step.CLOSE));
  }

  /** Fails with the error that the failure of an opening means. */
  private Mono<Object> failed(Throwable error, Lease lease, Attempt attempt) {
    SessionStatements session = attempt.session();
    noteIfNotRun(error, lease.connection(), session);
    if (mayHaveLanded(error, session)) {
      Throwable unknown = session.flight().unknown(attempt.statement(), lease, error);
      session.held().refuse(() -> unknown);
      return discarded(lease, session).then(Mono.error(unknown));
    }
    if (settings.prePing() && SqlStates.isConnectionLoss(error)) {
      return discarded(lease, session)
          .then(Mono.error(new UnansweredException(error, lease.connection())));
    }
    Throwable meaning = errors.meaning(error, session.options(), attempt.began());
    // bound to a schema that does not exist, ended, or silent
    if (bound || session.flight().isGuarded() || error instanceof TimeoutException) {
      lease.connection().state().markBroken();
    }
    session.held().refuse(() -> meaning);
    return Mono.error(meaning);
  }

  /** The statement behind an opening that the server has refused is not run. */
  private static void noteIfNotRun(
      Throwable error, ServerConnection connection, SessionStatements session) {
    if (SqlStates.isAnswer(error) || connection.state().isRefusedUnreset()) {
      session.flight().returned();
    }
  }

  private static Mono<Void> discarded(Lease lease, SessionStatements session) {
    session.held().drop();
    Duration limit = new TimeBudget(session.options().deadline()).of(Step.CLOSE);
    return lease.invalidateGeneration(limit);
  }

  /** Whether the statement behind an opening without an answer may not be sent again. */
  private boolean mayHaveLanded(Throwable error, SessionStatements session) {
    boolean replayed =
        session.flight().mayRepeat() && settings.prePing() && SqlStates.isConnectionLoss(error);
    return session.flight().isUnanswered() && !replayed;
  }

  private Flux<Object> replay(Attempt attempt, UnansweredException error) {
    int last = error.timedOut ? 1 : settings.max() + 1;
    if (attempt.number() >= last) {
      return Flux.error(errors.unanswered(attempt.number() + 1, attempt.began(), error.getCause()));
    }
    pool.countReplay();
    attempt.session().events().reopening(error.getCause());
    error.connection.logDeath(error.getCause());
    return attempt(attempt.after(error));
  }
}
