package dev.warmpool.session;

import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.util.retry.Retry;

/**
 * Opens sessions on connections that stay warm. Thread-safe; one for an execution environment.
 *
 * <p>Making one opens nothing: a connection is taken at a session's first statement and given back
 * when the session is over. Results come on a thread of the event loop, which must not be blocked.
 */
public final class SessionManager {

  /** In every database there is. */
  private static final Schema ANY_SCHEMA = new Schema("information_schema");

  /** A search path of nothing: what runs outside an opening finds no schema. */
  private static final String NO_SCHEMA = "\"\"";

  private static final Duration RETRY_BACKOFF = Duration.ofMillis(10);

  /** What a session that is ended from outside may take to be over: a few round trips. */
  private static final Duration STRAY_LIMIT = Duration.ofSeconds(1);

  private final SessionSettings settings;
  private final PasswordSource passwords;
  private final UnderWay<RunningSession> running;
  private volatile Opener opener;
  private volatile boolean closed;

  private SessionManager(SessionSettings settings, PasswordSource passwords) {
    this.settings = settings;
    this.passwords = passwords;
    this.running = new UnderWay<>(EventLoops.of(settings));
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
        Mono.fromCallable(() -> begun(options, work)),
        run -> run.items(work),
        RunningSession::complete,
        (run, error) -> run.abandon(),
        RunningSession::abandon);
  }

  private <T> void begin(
      SessionOptions options, Function<? super Session, ? extends Mono<T>> work, MonoSink<T> sink) {
    RunningSession run;
    try {
      run = begun(options, work);
    } catch (RuntimeException error) {
      sink.error(error);
      return;
    }
    sink.onCancel(() -> run.abort(new CancellationException("the caller cancelled")));
    new Outcome<>(run, sink).await(work);
  }

  private RunningSession begun(SessionOptions options, Object work) {
    if (closed) {
      throw new SessionClosedException("the session manager is closed: it opens no sessions");
    }
    return new RunningSession(options, work, opener, running);
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
    return Mono.defer(() -> running.all().flatMap(run -> run.over()).then())
        .then(Mono.defer(() -> opener.pool().settling().over()))
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
    return running
        .all()
        .filter(run -> which.test(run.origin()))
        .flatMap(run -> ended(run, grace, Mono.defer(() -> end(run))));
  }

  private static <T> Mono<T> ended(RunningSession run, Duration limit, Mono<T> otherwise) {
    return run.over().then(Mono.<T>empty()).timeout(limit, otherwise);
  }

  private Mono<SessionOrigin> end(RunningSession stray) {
    stray.abort(new CancellationException("it was still under way when all should be over"));
    return ended(stray, STRAY_LIMIT, Mono.empty()).thenReturn(stray.origin());
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
