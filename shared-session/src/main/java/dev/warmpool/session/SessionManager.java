package dev.warmpool.session;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.util.context.Context;
import reactor.util.retry.Retry;

/**
 * Opens sessions on connections that stay warm. Thread-safe; one for an execution environment.
 *
 * <p>Making one opens nothing: a connection is taken at a session's first statement and given back
 * when the session is over. Results come on a thread of the event loop, which must not be blocked.
 */
public final class SessionManager {

  /** How long past its deadline a session may wait for the server's own time-out to strike. */
  private static final Duration SERVER_FIRST = Duration.ofMillis(50);

  /** In every database there is. */
  private static final Schema ANY_SCHEMA = new Schema("information_schema");

  /** A search path of nothing: what runs outside an opening finds no schema. */
  private static final String NO_SCHEMA = "\"\"";

  private static final Duration RETRY_BACKOFF = Duration.ofMillis(10);

  /** What a session that is ended from outside may take to be over: a few round trips. */
  private static final Duration STRAY_LIMIT = Duration.ofSeconds(1);

  private final SessionSettings settings;
  private final PasswordSource passwords;
  private final EventLoops loops;
  private final Set<Running> running = ConcurrentHashMap.newKeySet();
  private volatile Opener opener;
  private volatile boolean closed;

  private SessionManager(SessionSettings settings, PasswordSource passwords) {
    this.settings = settings;
    this.passwords = passwords;
    this.loops = EventLoops.of(settings);
    this.opener = newOpener();
  }

  private Opener newOpener() {
    LeaseSource pool =
        settings.binding() == SchemaBinding.STARTUP
            ? new SchemaPools(settings, passwords)
            : new SessionPool(settings, new DriverConfiguration(settings, passwords, NO_SCHEMA));
    return new Opener(settings, pool);
  }

  /** A manager with these settings that takes its passwords from this source. */
  public static SessionManager create(SessionSettings settings, PasswordSource passwords) {
    return new SessionManager(settings, passwords);
  }

  /**
   * Runs a unit of work in a session.
   *
   * <p>Nothing happens before subscription; each subscription is a session of its own. A read-write
   * session's result is emitted after COMMIT was acknowledged; on an error, a cancel or at the
   * deadline it is rolled back first. An empty unit of work commits too and gives an empty result.
   *
   * @return the work's result, or its error, or one of the {@link SessionException}s
   */
  public <T> Mono<T> inSession(
      SessionOptions options, Function<? super Session, ? extends Mono<T>> work) {
    Mono<T> once = Mono.create(sink -> begin(options, work, sink));
    if (options.retries() == 0) {
      return once;
    }
    return once.retryWhen(
        Retry.backoff(options.retries(), RETRY_BACKOFF)
            .filter(Failures::isWorthRunningAgain)
            .onRetryExhaustedThrow((spec, signal) -> signal.failure()));
  }

  /**
   * Subscribes and waits for the result; the outermost call of a handler. Meanwhile the calling
   * thread does the connections' work itself, where no other caller does it already, which saves a
   * session two changes of threads: quicker than {@code result.block(limit)}, and otherwise like
   * it. What runs in the session therefore runs on the calling thread, and must not block it.
   *
   * @param limit after which the result is cancelled
   * @return the result; null for an empty one
   * @throws IllegalStateException when there was no result within the limit, when the thread was
   *     interrupted, and on a thread that must not be blocked; else the result's own error, a
   *     checked one wrapped as Reactor does
   */
  public static <T> @Nullable T await(Mono<T> result, Duration limit) {
    return CallerEventLoop.shared().await(result, limit);
  }

  /**
   * Streams what a read-only or snapshot session finds, as it is found, with back-pressure.
   *
   * @return the work's items; an {@link IllegalArgumentException} for a read-write session, whose
   *     result must not be seen before COMMIT
   */
  public <T> Flux<T> stream(
      SessionOptions options, Function<? super Session, ? extends Publisher<T>> work) {
    if (options.kind() == SessionOptions.Kind.READ_WRITE) {
      return Flux.error(
          new IllegalArgumentException(
              options.named()
                  + " is read-write: its result is seen after COMMIT, by inSession;"
                  + " stream from readOnly() or snapshot()"));
    }
    return Flux.usingWhen(
        Mono.fromCallable(() -> new Running(options, work)),
        run -> run.guarded(work).takeUntilOther(run.scope.aborted()).onErrorMap(run.scope::meaning),
        Running::complete,
        (run, error) -> run.abandon(),
        Running::abandon);
  }

  private <T> void begin(
      SessionOptions options, Function<? super Session, ? extends Mono<T>> work, MonoSink<T> sink) {
    Running run;
    try {
      run = new Running(options, work);
    } catch (RuntimeException error) {
      sink.error(error);
      return;
    }
    sink.onCancel(() -> run.scope.abort(new CancellationException("the caller cancelled")));
    new Outcome<>(run, sink).await(work);
  }

  /** One session under way, known to the manager until it holds nothing any more. */
  private final class Running {

    private final SessionOrigin.Note note;
    private final SessionScope scope;
    private final Session session;
    private final Disposable timer;

    Running(SessionOptions options, Object work) {
      if (closed) {
        throw new SessionClosedException("the session manager is closed: it opens no sessions");
      }
      Opener current = opener;
      Schema schema = current.schema(options);
      note = SessionOrigin.Note.of(options, work);
      scope = new SessionScope(options, current);
      session = new Session(scope, schema);
      loops.hold();
      running.add(this);
      timer = timer(options.deadline(), current);
    }

    private Disposable timer(@Nullable Deadline deadline, Opener current) {
      if (deadline == null) {
        return Disposables.disposed();
      }
      if (deadline.isPast()) {
        scope.abort(scope.deadlineExceeded());
        return Disposables.disposed();
      }
      return current
          .alarms()
          .in(deadline.remaining().plus(SERVER_FIRST), () -> scope.abort(scope.deadlineExceeded()));
    }

    /** Starts the work; what it throws is an abort where Reactor would throw it on. */
    <T> void start(
        Function<? super Session, ? extends Publisher<T>> work, Subscriber<? super T> subscriber) {
      try {
        work.apply(session).subscribe(subscriber);
      } catch (Throwable error) {
        scope.abort(error);
      }
    }

    <T> Flux<T> guarded(Function<? super Session, ? extends Publisher<T>> work) {
      return Flux.from(subscriber -> start(work, subscriber));
    }

    Mono<Void> complete() {
      return ended(scope.complete());
    }

    Mono<Void> abandon() {
      return ended(scope.abandon());
    }

    private Mono<Void> ended(Mono<Void> ending) {
      timer.dispose();
      return ending.doOnTerminate(this::over);
    }

    private void over() {
      if (running.remove(this)) {
        loops.release();
      }
    }
  }

  /** Waits for one unit of work's own end or the session's abort, and ends the session by it. */
  private static final class Outcome<T> extends BaseSubscriber<T> {

    private final Running run;
    private final MonoSink<T> sink;
    private final AtomicBoolean decided = new AtomicBoolean();
    private volatile @Nullable T result;

    Outcome(Running run, MonoSink<T> sink) {
      this.run = run;
      this.sink = sink;
    }

    void await(Function<? super Session, ? extends Mono<T>> work) {
      run.scope.aborted().subscribe(ignored -> {}, this::abort);
      run.start(work, this);
    }

    private void abort(Throwable reason) {
      cancel();
      end(reason);
    }

    @Override
    public Context currentContext() {
      return Context.of(sink.contextView());
    }

    @Override
    protected void hookOnNext(T value) {
      result = value;
    }

    @Override
    protected void hookOnError(Throwable error) {
      end(error);
    }

    @Override
    protected void hookOnComplete() {
      end(null);
    }

    private void end(@Nullable Throwable error) {
      if (decided.compareAndSet(false, true)) {
        Mono<Void> ending = error == null ? run.complete() : run.abandon();
        ending.subscribe(ignored -> {}, sink::error, () -> tell(error), currentContext());
      }
    }

    private void tell(@Nullable Throwable error) {
      if (error == null) {
        sink.success(result);
      } else {
        sink.error(run.scope.meaning(error));
      }
    }
  }

  /**
   * Runs the whole path once, connection, opening, statement and reset, so that what it loads and
   * compiles is there before the first caller, or before a snapshot. Leaves a warm connection.
   *
   * @return completes when it was done; fails where there is no connection to be had
   */
  public Mono<Void> prime() {
    SessionOptions options = SessionOptions.standard().readOnly().named("prime").in(ANY_SCHEMA);
    return inSession(options, session -> session.query("SELECT $1::int", row -> 1, 1).then());
  }

  /** The pool's figures now. */
  public PoolStats stats() {
    return opener.pool().stats(opener.replayed(), running.size());
  }

  /**
   * Waits until no unit of work is under way, the clean-up after a cancel and connections that came
   * too late included.
   *
   * @return true, or false where some still are after {@code limit}
   */
  public Mono<Boolean> quiesce(Duration limit) {
    return Mono.defer(() -> Flux.fromIterable(running).flatMap(run -> run.scope.over()).then())
        .then(Mono.defer(() -> opener.pool().settled()))
        .thenReturn(true)
        .timeout(limit, Mono.just(false));
  }

  /**
   * Ends the sessions of these origins that nobody waits for any more: those still under way after
   * {@code grace} are rolled back, or their connections closed.
   *
   * @return where those were begun, once they hold nothing; empty, and at once, where all is well
   */
  public Flux<SessionOrigin> endStrays(Predicate<SessionOrigin> which, Duration grace) {
    return Flux.fromIterable(running)
        .filter(run -> which.test(run.note.origin()))
        .flatMap(run -> ended(run, grace, Mono.defer(() -> end(run))));
  }

  private static <T> Mono<T> ended(Running run, Duration limit, Mono<T> otherwise) {
    return run.scope.over().then(Mono.<T>empty()).timeout(limit, otherwise);
  }

  private Mono<SessionOrigin> end(Running stray) {
    stray.scope.abort(new CancellationException("it was still under way when all should be over"));
    return ended(stray, STRAY_LIMIT, Mono.empty()).thenReturn(stray.note.origin());
  }

  /**
   * Closes every connection and forgets credentials, before a snapshot is taken of this process and
   * after it was restored: the sessions that follow share nothing with those before. Waits up to
   * {@code limit} for those under way; one that is not over by then closes its connection itself.
   */
  public Mono<Void> renew(Duration limit) {
    return quiesce(limit)
        .then(
            Mono.defer(
                () -> {
                  LeaseSource old = opener.pool();
                  opener = newOpener();
                  passwords.forget();
                  return old.close();
                }));
  }

  /**
   * Stops intake, waits up to {@code limit} for the sessions under way, then closes every
   * connection. Closing again does no harm.
   */
  public Mono<Void> close(Duration limit) {
    return Mono.defer(
        () -> {
          closed = true;
          return quiesce(limit).then(Mono.defer(() -> opener.pool().close()));
        });
  }
}
