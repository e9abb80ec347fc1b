package dev.warmpool.session;

import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * One session from its beginning to its end: which connection it holds, which statement is on its
 * way, and what ended it from outside. Statements come one after another; the end comes after them.
 * Thread-safe.
 */
final class SessionScope {

  /** How long an abandoned statement may take to end by itself before the server cancels it. */
  private static final Duration DRAIN_GRACE = Duration.ofMillis(50);

  /** What a cancelled statement may take to end; then the connection is closed under it. */
  private static final Duration CANCEL_LIMIT = Duration.ofMillis(150);

  private final SessionOptions options;
  private final Opener opener;
  private final Ending ending;
  private final Sinks.Empty<Void> aborted = Sinks.empty();
  private final CompletableFuture<Void> over = new CompletableFuture<>();
  private final AtomicReference<@Nullable Exchange<?>> current = new AtomicReference<>();
  private volatile @Nullable Lease lease;
  private volatile @Nullable Supplier<Throwable> refusal;

  SessionScope(SessionOptions options, Opener opener) {
    this.options = options;
    this.opener = opener;
    this.ending = new Ending(options, opener.opensBlock(options.kind()), opener.alarms());
  }

  /** The connection; null before the first statement and after the end. */
  @Nullable Lease lease() {
    return lease;
  }

  boolean isOpen() {
    return refusal == null;
  }

  SessionOptions options() {
    return options;
  }

  /** Takes the connection, unless the session has ended in the meantime. */
  synchronized boolean hold(Lease acquired) {
    if (refusal != null) {
      return false;
    }
    lease = acquired;
    return true;
  }

  /** Lets go of a connection whose opening was not answered. */
  synchronized void drop() {
    lease = null;
  }

  /** From here on there are no statements; the connection is the caller's. */
  private synchronized @Nullable Lease letGo() {
    Lease held = lease;
    lease = null;
    refuse(this::closed);
    return held;
  }

  /** Every further statement fails with this. */
  synchronized void refuse(Supplier<Throwable> reason) {
    if (refusal == null) {
      refusal = reason;
    }
  }

  /** Fails with what ended the session from outside: its deadline, a cancel, a JVM-fatal error. */
  Mono<Void> aborted() {
    return aborted.asMono();
  }

  void abort(Throwable reason) {
    aborted.tryEmitError(WorkFailedException.passable(reason));
  }

  /** Completes when the session holds nothing any more. */
  Mono<Void> over() {
    return Mono.fromFuture(over, true);
  }

  /** Runs a statement when it is subscribed to, the session's first behind the opening. */
  <T> Flux<T> run(SqlStatement statement) {
    return new Flux<>() {
      @Override
      public void subscribe(CoreSubscriber<? super T> subscriber) {
        Exchange<T> exchange = new Exchange<>(SessionScope.this, subscriber);
        exchange.start(Flux.defer(() -> admit(exchange, statement)));
      }
    };
  }

  /** Runs a statement behind the one on its way, before any that comes later; nobody waits. */
  void runUnattended(String sql) {
    run(SqlStatement.following(sql)).subscribe(ignored -> {}, ignored -> {}).dispose();
  }

  /** A second statement is refused; through the R2DBC connection it waits, as R2DBC has it. */
  private Flux<Object> admit(Exchange<?> exchange, SqlStatement statement) {
    if (current.compareAndSet(null, exchange)) {
      return send(statement, exchange);
    }
    Exchange<?> other = current.get();
    if (other != null && !other.isDraining() && statement.pipelined()) {
      return Flux.error(
          new ConcurrentUseException(
              options.named()
                  + " is busy with another statement: run them one after another, or each in a"
                  + " session of its own"));
    }
    Mono<Void> before = other == null ? Mono.empty() : other.over();
    return before.thenMany(Flux.defer(() -> admit(exchange, statement)));
  }

  private Flux<Object> send(SqlStatement statement, Exchange<?> exchange) {
    Supplier<Throwable> reason = refusal;
    if (reason != null) {
      return Flux.error(reason.get());
    }
    Lease held = lease;
    return held == null
        ? opener.first(this, statement, exchange::isDraining)
        : answers(statement, held);
  }

  /** The statement on this connection, with a check behind a text that may end the transaction. */
  Flux<Object> answers(SqlStatement statement, Lease held) {
    Flux<Object> answers = statement.on(held.statements());
    return ending.block() && statement.mayControlTransactions()
        ? ending.verified(held, answers)
        : answers;
  }

  /** The driver's side of this statement has ended. */
  void ended(Exchange<?> exchange) {
    current.compareAndSet(exchange, null);
  }

  /** What a statement's text did to the transaction, by the driver's own knowledge; else null. */
  @Nullable Throwable violation() {
    Lease held = lease;
    Throwable violation = held == null ? null : ending.violation(held);
    if (violation != null) {
      refuse(() -> violation);
    }
    return violation;
  }

  DeadlineExceededException deadlineExceeded() {
    return ending.deadlineExceeded(null);
  }

  /** The error as the caller is to see it: the deadline's where one of its time-outs struck. */
  Throwable meaning(Throwable error) {
    return ending.meaning(error);
  }

  /** Ends the session well: commits, or resets, then gives the connection back. */
  Mono<Void> complete() {
    return Mono.defer(() -> current.get() == null ? committed() : settledThenCommitted())
        .onErrorResume(error -> abandon().then(Mono.error(error)))
        .doOnTerminate(() -> over.complete(null));
  }

  private Mono<Void> settledThenCommitted() {
    return settled(ending.limit())
        .onErrorMap(TimeoutException.class, ending::deadlineExceeded)
        .then(Mono.defer(this::committed));
  }

  private Mono<Void> committed() {
    Throwable violation = violation();
    if (violation != null) {
      return Mono.error(violation);
    }
    Lease held = letGo();
    return held == null ? Mono.empty() : ending.well(held);
  }

  /** Ends the session badly: rolls back and cleans, within bounds, or closes the connection. */
  Mono<Void> abandon() {
    return Mono.defer(
            () -> {
              abort(new CancellationException(options.named() + " was abandoned"));
              return settled(DRAIN_GRACE).onErrorResume(error -> cancelled());
            })
        .then(Mono.defer(this::rolledBack))
        .doOnTerminate(() -> over.complete(null));
  }

  /** Completes when no statement is on its way; fails after the limit. */
  private Mono<Void> settled(Duration limit) {
    Exchange<?> running = current.get();
    return running == null ? Mono.empty() : opener.alarms().bound(running.over(), limit);
  }

  private Mono<Void> cancelled() {
    Lease held = lease;
    return held == null
        ? Mono.empty()
        : held.cancelStatement(CANCEL_LIMIT)
            .then(settled(CANCEL_LIMIT).onErrorResume(error -> Mono.empty()));
  }

  private Mono<Void> rolledBack() {
    Lease held = letGo();
    if (held == null) {
      return Mono.empty();
    }
    return current.get() == null ? ending.badly(held) : held.discard();
  }

  private SessionClosedException closed() {
    return new SessionClosedException(options.named() + " is over: it takes no more statements");
  }
}
