package dev.warmpool.session.internal.run;

import dev.warmpool.session.ConcurrentUseException;
import dev.warmpool.session.SessionOptions;
import dev.warmpool.session.internal.sql.SqlText;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The statements of one session, of which one runs at a time. Thread-safe. */
final class StatementQueue {

  private final SessionOptions session;
  private final AtomicReference<@Nullable RunningStatement<?>> current = new AtomicReference<>();
  private volatile @Nullable RunningStatement<?> latest;

  StatementQueue(SessionOptions session) {
    this.session = session;
  }

  /**
   * Sends a statement when no other is running. If the caller has cancelled the running statement,
   * this one waits for its end; else it is refused unless its turn is to wait.
   *
   * @param send called when it is this statement's turn
   */
  Flux<Object> admit(RunningStatement<?> statement, Supplier<Flux<Object>> send) {
    if (current.compareAndSet(null, statement)) {
      if (statement.isPointless()) {
        return Flux.empty();
      }
      latest = statement;
      return send.get();
    }
    RunningStatement<?> other = current.get();
    if (other != null && statement.statement().alone() && !other.isLeft()) {
      return Flux.error(() -> concurrentUse(other, statement));
    }
    Mono<Void> before = other == null ? Mono.empty() : other.ended();
    return before.thenMany(Flux.defer(() -> admit(statement, send)));
  }

  private ConcurrentUseException concurrentUse(
      RunningStatement<?> running, RunningStatement<?> refused) {
    return new ConcurrentUseException(
        session.label()
            + " is running "
            + SqlText.shown(running.statement().sql())
            + " and cannot run "
            + SqlText.shown(refused.statement().sql())
            + " meanwhile: chain statements by then or flatMap, collect a query's rows"
            + " (collectList()) before running a statement for each, or use two sessions");
  }

  /** The statement has ended on the connection. */
  void ended(RunningStatement<?> statement) {
    current.compareAndSet(statement, null);
  }

  /** The statement whose turn came last, which may have ended; null before the first. */
  @Nullable RunningStatement<?> latest() {
    return latest;
  }

  /** Describes the latest statement, for a message. */
  String running() {
    RunningStatement<?> shown = latest;
    return shown == null
        ? "before its first statement"
        : "while running " + SqlText.shown(shown.statement().sql());
  }

  /** Whether no statement is running. */
  boolean isIdle() {
    return current.get() == null;
  }

  /** Completes when the statement that runs now has ended. */
  Mono<Void> settled() {
    RunningStatement<?> running = current.get();
    return running == null ? Mono.empty() : running.ended();
  }
}
