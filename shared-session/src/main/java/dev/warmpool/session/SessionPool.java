package dev.warmpool.session;

import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.pool.PoolMetrics;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Wrapped;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * The connections, kept by r2dbc-pool in a configuration that works round its known defects:
 * nothing is opened ahead, nothing retried, nothing timed in the background, and whether a
 * connection may still be used is decided here when it is acquired. Who would have to wait for one
 * waits in {@link Line}, never in the pool. Thread-safe.
 */
final class SessionPool implements LeaseSource {

  /** A server that does not finish authentication in this time is not there. */
  private static final Duration CREATE_TIMEOUT = Duration.ofSeconds(5);

  private final PoolSettings settings;
  private final boolean passesCancels;
  private final Shelf shelf;
  private final Line line;
  private final ConnectionPool pool;
  private final PhysicalConnections connections;
  private final Settling settling;

  /** A pool on its own. */
  SessionPool(SessionSettings settings, DriverConfiguration driver) {
    this(settings, driver, new Settling(EventLoops.of(settings)), null);
  }

  /** A pool of which something else decides what it keeps; null for nothing else. */
  SessionPool(
      SessionSettings settings,
      DriverConfiguration driver,
      Settling settling,
      @Nullable Shelf shelf) {
    this.settings = settings.pool();
    this.connections = new PhysicalConnections(settings, driver);
    this.settling = settling;
    this.passesCancels = settings.pooler() != Pooler.RDS_PROXY;
    this.line = new Line(this.settings.max());
    this.shelf = shelf == null ? new OwnShelf() : shelf;
    this.pool = new ConnectionPool(configuration());
  }

  private ConnectionPoolConfiguration configuration() {
    return ConnectionPoolConfiguration.builder(connections)
        .initialSize(0)
        .minIdle(0)
        .maxSize(settings.max())
        .acquireRetry(0)
        .maxCreateConnectionTime(CREATE_TIMEOUT)
        .backgroundEvictionInterval(Duration.ZERO)
        .customizer(
            builder ->
                builder
                    .evictionPredicate((connection, metadata) -> connections.isOver(connection))
                    .destroyHandler(connections::destroy))
        .build();
  }

  @Override
  public Line line() {
    return line;
  }

  @Override
  public CompletableFuture<Lease> take(SearchPath path) {
    return acquire(shelf::closed);
  }

  /** Takes a connection of which the shelf does not know. */
  CompletableFuture<Lease> acquire() {
    return acquire(() -> {});
  }

  private CompletableFuture<Lease> acquire(Runnable failed) {
    CompletableFuture<Lease> acquisition = new CompletableFuture<>();
    pool.create()
        .subscribe(
            connection -> acquisition.complete(lease(connection)),
            error -> {
              failed.run();
              acquisition.completeExceptionally(error);
            });
    return acquisition;
  }

  private Lease lease(Connection pooled) {
    PostgresqlConnection raw = ((Wrapped<?>) pooled).unwrap(PostgresqlConnection.class);
    return new Lease(this, pooled, raw, connections.of(raw));
  }

  /** Whether a cancel reaches the server: RDS Proxy drops it. */
  boolean passesCancels() {
    return passesCancels;
  }

  @Override
  public Settling settling() {
    return settling;
  }

  /** All of them, those in use and those that are not. */
  PhysicalConnections connections() {
    return connections;
  }

  /** Decides what is kept of it. */
  Shelf shelf() {
    return shelf;
  }

  @Override
  public PoolStats stats(long replayed, int sessions) {
    PoolMetrics metrics = metrics();
    return new PoolStats(
        metrics.acquiredSize(),
        metrics.idleSize(),
        line.waiting() + metrics.pendingAcquireSize(),
        settings.max(),
        connections.opened(),
        replayed,
        sessions);
  }

  private PoolMetrics metrics() {
    return pool.getMetrics().orElseThrow();
  }

  @Override
  public Mono<Void> close() {
    return Mono.defer(pool::disposeLater)
        .timeout(PhysicalConnections.CLOSE_TIMEOUT)
        .onErrorComplete();
  }

  /** What is kept where nothing else decides. */
  private final class OwnShelf implements Shelf {

    private int returning;

    @Override
    public synchronized boolean reserve() {
      boolean full = metrics().idleSize() + returning >= settings.size() && line.waiting() == 0;
      returning += full ? 0 : 1;
      return !full;
    }

    @Override
    public void returned(boolean stays) {
      synchronized (this) {
        returning--;
      }
      line.leave();
    }

    @Override
    public void closed() {
      line.leave();
    }
  }
}
