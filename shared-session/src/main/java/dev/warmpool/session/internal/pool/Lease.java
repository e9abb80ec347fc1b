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

  /** Asks the server to cancel the running statement, unawaited; excludes it from further use. */
  public void cancelStatement(Duration limit) {
    connection.server().markBroken();
    pool.requestCancel(connection.server(), limit);
  }

  /**
   * Returns the connection to the pool, at once; closes it if it is not to be used again.
   *
   * @param limit how long closing may take
   */
  public Mono<Void> release(Duration limit) {
    return pool.release(connection) ? Mono.empty() : invalidate(limit);
  }

  /**
   * Closes the connection; its permit is free after that. Never fails.
   *
   * @param limit after which the permit is free although the close goes on
   */
  public Mono<Void> invalidate(Duration limit) {
    return pool.invalidate(connection, limit);
  }

  /** The same, and marks every connection as broken that is as old: one cause broke them all. */
  public Mono<Void> invalidateGeneration(Duration limit) {
    pool.evict(connection.generation());
    return invalidate(limit);
  }
}
