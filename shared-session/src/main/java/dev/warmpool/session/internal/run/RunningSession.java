package dev.warmpool.session.internal.run;

import dev.warmpool.session.Deadline;
import dev.warmpool.session.Session;
import dev.warmpool.session.SessionOptions;
import dev.warmpool.session.SessionOrigin;
import dev.warmpool.session.internal.guard.CancelGuard;
import dev.warmpool.session.internal.listen.SessionEvents;
import dev.warmpool.session.internal.loop.EventLoops;
import dev.warmpool.session.internal.pool.Lease;
import dev.warmpool.session.internal.run.TimeBudget.Step;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Function;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

/**
 * One session, from its start until it holds no connection any more: starts its work, watches its
 * deadline, and ends it once the work has ended or has been ended from outside. Its statements and
 * its end are parts of their own. Thread-safe; {@link RunningSessions} keeps it until its end.
 */
public final class RunningSession {

  private static final String RETURNED_NULL =
      " has a unit of work that returned null: return Mono.empty() for no result";

  private final SessionOptions options;
  private final EventLoops loops;
  private final SessionStart start;
  private final Abort abort;
  private final SessionStatements statements;
  private final SessionEnd end;
  private final Session session;
  private final Sinks.Empty<Void> over = Sinks.empty();
  private volatile Disposable timeout = Disposables.disposed();
  private volatile Runnable onEnd = () -> {};

  /**
   * Creates it; it does nothing yet.
   *
   * @param work tells where the session was begun
   * @param events told of what happens to it
   * @throws dev.warmpool.session.InvalidSchemaException if it has no schema
   */
  RunningSession(SessionOptions options, Object work, Openings openings, SessionEvents events) {
    this.options = options;
    this.loops = openings.loops();
    this.start = SessionStart.of(options, work);
    this.abort = new Abort(events);
    this.statements = new SessionStatements(options, openings, events, abort);
    this.end = new SessionEnd(statements);
    this.session = new PooledSession(statements, openings.sql().schema(options));
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
    TransactionEnd end = statements.end();
    if (deadline.isPast()) {
      abort(end.errors().deadlineExceeded("before it began", null));
    } else {
      Duration limit = deadline.remaining().plus(end.budget().of(Step.SERVER_TIMEOUT));
      timeout = loops.in(limit, () -> abort(statements.errors().deadlineExceeded(null)));
    }
  }

  /** Its one statement is known and may be its own transaction, if a connection allows it. */
  public void allowOneFlight() {
    statements.allowOneFlight();
  }

  /** What a listener hears of it. */
  public SessionEvents events() {
    return statements.events();
  }

  /** How messages name the session. */
  public String label() {
    return options.label();
  }

  /** Where the session was begun. */
  public SessionOrigin origin() {
    return start.origin();
  }

  /** Ends the session from outside. */
  public void abort(Throwable reason) {
    abort.by(reason);
  }

  /** Fails with the cause that ended the session from outside: deadline, cancel, fatal error. */
  Mono<Void> aborted() {
    return abort.signal();
  }

  /** Completes when the session holds no connection any more. */
  public Mono<Void> over() {
    return over.asMono();
  }

  /** Subscribes to the work. An error that it throws while it is assembled aborts the session. */
  <T> void start(
      Function<? super Session, ? extends Publisher<T>> work, Subscriber<? super T> subscriber) {
    try {
      Publisher<T> assembled = work.apply(session);
      Objects.requireNonNull(assembled, () -> label() + RETURNED_NULL);
      assembled.subscribe(subscriber);
    } catch (Throwable error) {
      abort(error);
    }
  }

  /** The items of the work as they come, until the session is aborted. */
  <T> Flux<T> items(Function<? super Session, ? extends Publisher<T>> work) {
    return Flux.<T>from(subscriber -> start(work, new CancelGuard<>(subscriber)))
        .takeUntilOther(aborted())
        .onErrorMap(statements::meaning);
  }

  /** The error as the caller is to see it when the session has ended. */
  Throwable outcome(Throwable error) {
    return statements.flight().outcome(statements.meaning(error));
  }

  /** Ends the session after its work succeeded: commits and releases the connection. */
  Mono<Void> complete() {
    return ending(end.complete());
  }

  /** Ends the session after its work failed with this error, of which its listener hears first. */
  Mono<Void> abandon(Throwable error) {
    statements.meaning(error);
    return abandon();
  }

  /** Ends the session after its work failed: rolls back, or closes the connection. */
  Mono<Void> abandon() {
    return Mono.defer(() -> ending(end.abandon()));
  }

  /** Whether its work has failed or its caller has left, so that it only cleans up. */
  public boolean isAbandoned() {
    return end.isAbandoned();
  }

  /** Runs the end on the connection's event loop, which has a thread until then. */
  private Mono<Void> ending(Mono<Void> ending) {
    return Mono.defer(
        () -> {
          timeout.dispose();
          loops.hold(); // the thread that runs it for the session may be elsewhere
          Mono<Void> kept = ending.doOnTerminate(this::ended).doFinally(signal -> loops.release());
          Lease lease = statements.held().lease();
          return lease == null || Schedulers.isInNonBlockingThread()
              ? kept
              : Mono.from(
                  subscriber -> statements.runOnLoop(lease, () -> kept.subscribe(subscriber)));
        });
  }

  private void ended() {
    events().over();
    onEnd.run();
    over.tryEmitEmpty();
  }
}
