package dev.warmpool.session;

import dev.warmpool.session.Acquisition.Patience;
import dev.warmpool.session.SessionOptions.Isolation;
import dev.warmpool.session.SessionOptions.Kind;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Sends a session's first statement with the opening in front of it, again on another connection
 * where the opening had no answer. Only the opening decides: once it was acknowledged, nothing is
 * ever sent twice. Thread-safe.
 */
final class Opener {

  private final SessionSettings settings;
  private final LeaseSource pool;
  private final @Nullable SearchPath ownPath;
  private final Alarms alarms = new Alarms();
  private final LongAdder replayed = new LongAdder();
  private final Map<Form, String> alike = new ConcurrentHashMap<>();

  Opener(SessionSettings settings, LeaseSource pool) {
    Schema own = settings.schema();
    this.settings = settings;
    this.pool = pool;
    this.ownPath = own == null ? null : new SearchPath(own, settings.extensionSchema());
  }

  /** On what an opening depends where the schema is the settings' and there is no deadline. */
  private record Form(Kind kind, Isolation isolation) {}

  /** The opening had no answer: nothing can have happened in the session. */
  private static final class NotAnswered extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final boolean timedOut;
    private final String ghost;

    NotAnswered(Throwable cause, @Nullable Backend backend) {
      super(null, cause, false, false);
      this.timedOut = cause instanceof TimeoutException;
      this.ghost = backend == null ? "" : backend.termination();
    }
  }

  /** Through a pooler only a transaction holds one server connection together. */
  boolean opensBlock(Kind kind) {
    return kind != Kind.READ_ONLY || settings.pooler() != Pooler.NONE;
  }

  /** What bounds the waits of the sessions opened here. */
  Alarms alarms() {
    return alarms;
  }

  /** Where the connections are from. */
  LeaseSource pool() {
    return pool;
  }

  long replayed() {
    return replayed.sum();
  }

  /** The schema that the session's options or the settings name. */
  Schema schema(SessionOptions options) {
    Schema schema = options.schema() == null ? settings.schema() : options.schema();
    if (schema == null) {
      throw new InvalidSchemaException(
          options.named() + " has no schema: name one in its options or set POSTGRES_SCHEMA");
    }
    return schema;
  }

  /**
   * The statement's answers.
   *
   * @param abandoned whether nobody waits for them any more, so that nothing need be sent
   */
  Flux<Object> first(SessionScope scope, SqlStatement statement, BooleanSupplier abandoned) {
    return attempt(new Attempt(scope, statement, abandoned, 0, ""));
  }

  /**
   * One try.
   *
   * @param number from 0
   * @param ghost ends the backend of the try before, which may have got what it did not answer
   */
  private record Attempt(
      SessionScope scope,
      SqlStatement statement,
      BooleanSupplier abandoned,
      int number,
      String ghost) {

    Attempt after(NotAnswered error) {
      return new Attempt(scope, statement, abandoned, number + 1, error.ghost);
    }
  }

  private Flux<Object> attempt(Attempt attempt) {
    return acquisition(attempt.scope().options())
        .lease(attempt.scope().aborted())
        .flatMapMany(lease -> on(lease, attempt))
        .onErrorResume(NotAnswered.class, error -> again(attempt, error));
  }

  private Acquisition acquisition(SessionOptions options) {
    return new Acquisition(pool, alarms, path(options), patience(options.deadline()));
  }

  private Patience patience(@Nullable Deadline deadline) {
    Duration timeout = settings.pool().timeout();
    Duration remaining = deadline == null ? timeout : deadline.remaining();
    return remaining.compareTo(timeout) < 0
        ? new Patience(remaining, "the session's deadline")
        : new Patience(timeout, "POOL_TIMEOUT");
  }

  private Flux<Object> on(Lease lease, Attempt attempt) {
    Flux<Object> answers;
    try {
      answers = attempt.scope().answers(attempt.statement(), lease);
    } catch (RuntimeException error) { // values that do not fit the text
      return lease.release().thenMany(Flux.error(error));
    }
    if (attempt.abandoned().getAsBoolean() || !attempt.scope().hold(lease)) {
      return lease.release().thenMany(Flux.empty());
    }
    Mono<Void> opening = lease.open(attempt.ghost(), text(lease, attempt.scope().options()));
    Gate gate =
        new Gate(
            opening,
            answers,
            attempt.statement().pipelined(),
            error -> failed(error, lease, attempt.scope()));
    return lease.isReused() ? gate.within(settings.pool().openingTimeout(), alarms) : gate;
  }

  /** Ends with what the failure of an opening means. */
  private Mono<Object> failed(Throwable error, Lease lease, SessionScope scope) {
    if (settings.pool().prePing() && Failures.isConnectionLoss(error)) {
      scope.drop();
      return lease.discardAllAsOld().then(Mono.error(new NotAnswered(error, lease.backend())));
    }
    Throwable meaning = meaning(error, scope);
    if (settings.binding() == SchemaBinding.STARTUP) {
      lease.breakOff(); // it may be bound to a schema that is not there
    }
    scope.refuse(() -> meaning);
    return Mono.error(meaning);
  }

  private SearchPath path(SessionOptions options) {
    return options.schema() == null && ownPath != null
        ? ownPath
        : new SearchPath(schema(options), settings.extensionSchema());
  }

  /** Written once where all are alike. */
  private String text(Lease lease, SessionOptions options) {
    if (options.deadline() != null || options.schema() != null || lease.backend() == null) {
      return written(lease, options);
    }
    Form form = new Form(options.kind(), options.isolation());
    String known = alike.get(form);
    return known != null ? known : alike.computeIfAbsent(form, key -> written(lease, options));
  }

  private String written(Lease lease, SessionOptions options) {
    Deadline deadline = options.deadline();
    boolean direct = settings.pooler() == Pooler.NONE;
    return Opening.text(
        options,
        path(options),
        new Opening.Circumstances(
            opensBlock(options.kind()),
            settings.binding() == SchemaBinding.STARTUP,
            direct,
            deadline == null ? null : deadline.remaining(),
            lease.serverVersion(),
            direct && lease.backend() == null));
  }

  private Throwable meaning(Throwable error, SessionScope scope) {
    return Failures.isUnknownSchema(error)
        ? new UnknownSchemaException(schema(scope.options()), error)
        : error;
  }

  private Flux<Object> again(Attempt attempt, NotAnswered error) {
    int last = error.timedOut ? 1 : settings.pool().max() + 1;
    if (attempt.number() >= last) {
      return Flux.error(unanswered(attempt, error));
    }
    replayed.increment();
    return attempt(attempt.after(error));
  }

  private SessionUnavailableException unanswered(Attempt attempt, NotAnswered error) {
    Throwable cause = error.getCause();
    return new SessionUnavailableException(
        "no answer to the session's opening on "
            + (attempt.number() + 1)
            + " connections, one after another; last error "
            + Failures.shortly(cause),
        Duration.ZERO,
        pool.stats(replayed(), 0),
        cause);
  }
}
