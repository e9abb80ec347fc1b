package dev.warmpool.session.internal.pool;

import dev.warmpool.session.internal.postgres.ServerConnection;
import java.time.Duration;
import reactor.core.publisher.Mono;

/**
 * One connection while one session has it. Ends by {@link #release} or {@link #invalidate}, once.
 * Confined to that session.
 */
public final class Lease {

  private final Connections pool;
  private final PooledConnection connection;
  private final boolean reused;

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
    connection.server().markBroken();
    pool.requestCancel(connection.server(), limit);
  }

  /**
   * Returns the connection to the pool at once, or closes it if it must not be used again.
   *
   * @param limit how long closing may take
   */
  public Mono<Void> release(Duration limit) {
    return pool.release(connection) ? Mono.empty() : invalidate(limit);
  }

  /**
   * Closes the connection, then returns its permit. Never fails.
   *
   * @param limit after which the permit is returned although the close goes on
   */
  public Mono<Void> invalidate(Duration limit) {
    return pool.invalidate(connection, limit);
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
