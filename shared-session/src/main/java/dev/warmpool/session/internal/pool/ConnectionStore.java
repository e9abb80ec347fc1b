package dev.warmpool.session.internal.pool;

import dev.warmpool.session.internal.loop.EventLoops;
import dev.warmpool.session.internal.postgres.Connector;
import dev.warmpool.session.internal.postgres.SearchPath;
import dev.warmpool.session.internal.postgres.ServerConnection;
import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryMetadata;
import io.r2dbc.spi.Wrapped;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Opens, counts and closes connections by r2dbc-pool, which bounds their number. Idle connections
 * are in {@link Connections}, not in r2dbc-pool, which cannot tell search paths apart and closes an
 * expired connection only when it is asked for one. Therefore each acquisition from r2dbc-pool
 * opens a connection and each release closes one. r2dbc-pool is never disposed: it would leave an
 * opening that is under way without an outcome, and it holds nothing once all connections are
 * closed. Thread-safe.
 */
final class ConnectionStore {

  private final Connector connector;
  private final EventLoops loops;
  private final ConnectionPool pool;
  private final Map<Connection, ServerConnection> open = new ConcurrentHashMap<>();
  private final LongAdder opened = new LongAdder();

  /**
   * @param max the most connections there can be
   */
  ConnectionStore(Connector connector, EventLoops loops, int max) {
    this.connector = connector;
    this.loops = loops;
    this.pool =
        new ConnectionPool(
            ConnectionPoolConfiguration.builder(new Factory())
                .initialSize(0)
                .minIdle(0)
                .maxSize(max)
                .acquireRetry(0)
                .backgroundEvictionInterval(Duration.ZERO)
                .allocatorSubscribeOn(Schedulers.immediate()) // the attempt chooses its thread
                .customizer(
                    builder ->
                        builder
                            .evictionPredicate((connection, metadata) -> true)
                            .destroyHandler(this::destroy))
                .build());
  }

  /** Opens the driver's connections for r2dbc-pool; the context of the acquisition has how. */
  private final class Factory implements ConnectionFactory {

    @Override
    public Publisher<? extends Connection> create() {
      return Mono.deferContextual(context -> connect(context.get(Opening.class)));
    }

    @Override
    public ConnectionFactoryMetadata getMetadata() {
      return () -> "PostgreSQL";
    }
  }

  private record Opening(ConnectAttempt attempt, SearchPath path) {}

  private Mono<Connection> connect(Opening opening) {
    return opening.attempt().connection(connector, opening.path()).map(this::register);
  }

  private Connection register(ServerConnection connection) {
    opened.increment();
    open.put(connection.driver(), connection);
    return connection.driver();
  }

  /**
   * Opens a connection. The subscriber must not cancel: a connection that arrives then may be lost.
   * It stops this by the attempt.
   *
   * @return the handle, whose {@code close} the caller must subscribe to
   */
  Mono<Connection> open(ConnectAttempt attempt, SearchPath path) {
    Opening opening = new Opening(attempt, path);
    return pool.create().contextWrite(context -> context.put(Opening.class, opening));
  }

  /** The connection behind a handle. */
  ServerConnection of(Connection handle) {
    ServerConnection connection = open.get(((Wrapped<?>) handle).unwrap());
    if (connection == null) {
      throw new IllegalStateException("r2dbc-pool gave a connection that is closed: " + handle);
    }
    return connection;
  }

  /**
   * Closes a connection and returns its place. Never fails; completes after the limit at the
   * latest, while the close goes on.
   */
  Mono<Void> close(PooledConnection connection, Duration limit) {
    connection.server().state().markBroken();
    return closed(connection.server(), limit)
        .then(Mono.defer(() -> Mono.from(connection.handle().close())))
        .onErrorComplete();
  }

  private Mono<Void> closed(ServerConnection connection, Duration limit) {
    open.remove(connection.driver());
    return loops.bound(Mono.fromFuture(() -> closing(connection), true), limit).onErrorComplete();
  }

  /** Holds the event loop until the close ends, even if the server does not read for long. */
  private CompletableFuture<Void> closing(ServerConnection connection) {
    loops.hold();
    return connection.close().doFinally(signal -> loops.release()).toFuture();
  }

  /** Called by r2dbc-pool; closes only what {@link #close} has not closed. */
  private Mono<Void> destroy(Connection driver) {
    ServerConnection connection = open.get(driver);
    return connection == null ? Mono.empty() : closed(connection, Connections.CLOSE_LIMIT);
  }

  /** How many connections have been opened since the count was last restarted. */
  long opened() {
    return opened.sum();
  }

  void restartCount() {
    opened.reset();
  }
}
