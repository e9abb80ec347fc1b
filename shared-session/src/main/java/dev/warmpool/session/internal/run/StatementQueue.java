package dev.warmpool.session.internal.run;

import dev.warmpool.session.ConcurrentUseException;
import dev.warmpool.session.SessionOptions;
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
   * this one waits for its end; else it is refused unless it {@code waits}.
   *
   * @param waits whether to wait for a running statement, as R2DBC expects of its connections
   * @param send called when it is this statement's turn
   */
  Flux<Object> admit(RunningStatement<?> statement, boolean waits, Supplier<Flux<Object>> send) {
    if (current.compareAndSet(null, statement)) {
      latest = statement;
      return send.get();
    }
    RunningStatement<?> other = current.get();
    if (other != null && !waits && !other.isLeft()) {
      return Flux.error(
          new ConcurrentUseException(
              session.label()
                  + " is busy with another statement: run them one after another, or each in a"
                  + " session of its own"));
    }
    Mono<Void> before = other == null ? Mono.empty() : other.ended();
    return before.thenMany(Flux.defer(() -> admit(statement, waits, send)));
  }

  /** The statement has ended on the connection. */
  void ended(RunningStatement<?> statement) {
    current.compareAndSet(statement, null);
  }

  /** The statement whose turn came last, which may have ended; null before the first. */
  @Nullable RunningStatement<?> latest() {
    return latest;
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
