package dev.warmpool.session.internal.pool;

import dev.warmpool.session.internal.postgres.ServerConnection;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * One connection while one session has it. The first {@link #release} or {@link #invalidate} ends
 * it: the opening that meets a dead connection and the end of its session may both want to, on two
 * threads. Later calls complete when the first has. Thread-safe.
 */
public final class Lease {

  private final Connections pool;
  private final PooledConnection connection;
  private final boolean reused;
  private final AtomicBoolean ending = new AtomicBoolean();
  private final Sinks.Empty<Void> ended = Sinks.empty();

  Lease(Connections pool, PooledConnection connection) {
    this.pool = pool;
    this.connection = connection;
    this.reused = connection.server().use();
  }

  /** The connection. */
  public ServerConnection connection() {
    return connection.server();
  }

  /** Whether an earlier session has used the connection, so that it may have died since. */
  public boolean isReused() {
    return reused;
  }

  /**
   * Asks the server to cancel the running statement, without waiting, and excludes the connection
   * from further use.
   */
  public void cancelStatement(Duration limit) {
    connection.server().state().markBroken();
    pool.requestCancel(connection.server(), limit);
  }

  /**
   * Returns the connection to the pool at once, or closes it if it must not be used again.
   *
   * @param limit how long closing may take
   */
  public Mono<Void> release(Duration limit) {
    return Mono.defer(
        () -> ending.compareAndSet(false, true) ? keepOrClose(limit) : ended.asMono());
  }

  private Mono<Void> keepOrClose(Duration limit) {
    if (pool.release(connection)) {
      ended.tryEmitEmpty();
      return Mono.empty();
    }
    return close(limit);
  }

  private Mono<Void> close(Duration limit) {
    return pool.invalidate(connection, limit).doOnTerminate(ended::tryEmitEmpty);
  }

  /**
   * Closes the connection, then returns its permit. Never fails.
   *
   * @param limit after which the permit is returned although the close goes on
   */
  public Mono<Void> invalidate(Duration limit) {
    return Mono.defer(() -> ending.compareAndSet(false, true) ? close(limit) : ended.asMono());
  }

  /**
   * Closes the connection, and excludes all of its generation from further use: a cause such as a
   * restart of the server has broken them all.
   */
  public Mono<Void> invalidateGeneration(Duration limit) {
    pool.evict(connection.generation());
    return invalidate(limit);
  }
}
