package dev.warmpool.session;

import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.pool.PoolMetrics;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryMetadata;
import io.r2dbc.spi.ValidationDepth;
import io.r2dbc.spi.Wrapped;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * The connections, kept by r2dbc-pool in a configuration that works round its known defects:
 * nothing is opened ahead, nothing retried, nothing timed in the background, and whether a
 * connection may still be used is decided here when it is acquired. Who would have to wait for one
 * waits in {@link Line}, never in the pool. Thread-safe.
 */
final class SessionPool implements LeaseSource {

  /** A server that does not finish authentication in this time is not there. */
  private static final Duration CREATE_TIMEOUT = Duration.ofSeconds(5);

  /** Nobody waits longer for a connection to say goodbye: it would delay the next session. */
  private static final Duration CLOSE_TIMEOUT = Duration.ofMillis(250);

  /** A server that refuses a connection has closed it by then. */
  private static final Duration LOOK_ON = Duration.ofSeconds(1);

  private final PoolSettings settings;
  private final EventLoops loops;
  private final DriverConfiguration driver;
  private final String reset;
  private final boolean passesCancels;
  private final Shelf shelf;
  private final Line line;
  private final ConnectionPool pool;
  private final Map<Connection, PhysicalConnection> connections = new ConcurrentHashMap<>();
  private final AtomicInteger generation = new AtomicInteger();
  private final Set<CompletableFuture<Void>> unsettled = ConcurrentHashMap.newKeySet();
  private final LongAdder opened = new LongAdder();

  /** A pool on its own. */
  SessionPool(SessionSettings settings, DriverConfiguration driver) {
    this(settings, driver, null);
  }

  /** A pool of which something else decides what it keeps; null for nothing else. */
  SessionPool(SessionSettings settings, DriverConfiguration driver, @Nullable Shelf shelf) {
    this.settings = settings.pool();
    this.loops = EventLoops.of(settings);
    this.driver = driver;
    this.reset = Reset.text(settings);
    this.passesCancels = settings.pooler() != Pooler.RDS_PROXY;
    this.line = new Line(this.settings.max());
    this.shelf = shelf == null ? new OwnShelf() : shelf;
    this.pool = new ConnectionPool(configuration());
  }

  private ConnectionPoolConfiguration configuration() {
    return ConnectionPoolConfiguration.builder(new Factory())
        .initialSize(0)
        .minIdle(0)
        .maxSize(settings.max())
        .acquireRetry(0)
        .maxCreateConnectionTime(CREATE_TIMEOUT)
        .backgroundEvictionInterval(Duration.ZERO)
        .customizer(
            builder ->
                builder
                    .evictionPredicate((connection, metadata) -> isOver(connection))
                    .destroyHandler(this::destroy))
        .build();
  }

  private boolean isOver(Connection connection) {
    PhysicalConnection known = connections.get(connection);
    return known == null
        || known.isBroken()
        || known.generation() < generation.get()
        || known.isExpired(settings.idle())
        || !isOpen(connection);
  }

  /** The driver's local check; it answers at once, from the channel's state. */
  private static boolean isOpen(Connection connection) {
    return Boolean.TRUE.equals(
        Mono.from(connection.validate(ValidationDepth.LOCAL)).toFuture().getNow(false));
  }

  private Mono<Void> destroy(Connection connection) {
    connections.remove(connection);
    return closed(connection);
  }

  /**
   * Closes the connection, within a bound, and never fails: one whose server does not read is
   * closed when it does.
   */
  Mono<Void> closed(Connection connection) {
    return Mono.defer(() -> Mono.fromFuture(closing(connection), true))
        .timeout(CLOSE_TIMEOUT)
        .onErrorComplete();
  }

  /** Goes on, and is driven, whoever waits for it or does not. */
  private CompletableFuture<Void> closing(Connection connection) {
    loops.hold();
    return Mono.from(connection.close()).doFinally(signal -> loops.release()).toFuture();
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
    CompletableFuture<Void> settled = unsettled();
    pool.create()
        .subscribe(
            connection -> {
              acquisition.complete(lease(connection));
              settle(settled);
            },
            error -> {
              failed.run();
              lookOn();
              acquisition.completeExceptionally(error);
              settle(settled);
            });
    return acquisition;
  }

  /** The driver leaves a socket that it could not make a connection of to the server's close. */
  private void lookOn() {
    loops.hold();
    Schedulers.parallel().schedule(loops::release, LOOK_ON.toMillis(), TimeUnit.MILLISECONDS);
  }

  private CompletableFuture<Void> unsettled() {
    CompletableFuture<Void> settled = new CompletableFuture<>();
    loops.hold();
    unsettled.add(settled);
    return settled;
  }

  /** Those who wait for {@link #settled()} are told last, when others have made use of an end. */
  private void settle(CompletableFuture<Void> settled) {
    if (unsettled.remove(settled)) {
      loops.release();
    }
    settled.complete(null);
  }

  /** The same, which {@link #settled()} waits for, whoever else does or does not. */
  Mono<Void> awaited(Mono<Void> ending) {
    return Mono.defer(
        () -> {
          CompletableFuture<Void> settled = unsettled();
          return ending.doFinally(signal -> settle(settled));
        });
  }

  private Lease lease(Connection pooled) {
    PostgresqlConnection raw = ((Wrapped<?>) pooled).unwrap(PostgresqlConnection.class);
    PhysicalConnection physical = connections.get(raw);
    if (physical == null) {
      throw new IllegalStateException("the pool gave a connection that it has destroyed: " + raw);
    }
    return new Lease(this, pooled, raw, physical);
  }

  /** Whether a cancel reaches the server: RDS Proxy drops it. */
  boolean passesCancels() {
    return passesCancels;
  }

  /** Decides what is kept of it. */
  Shelf shelf() {
    return shelf;
  }

  /** Expires all, unless someone has done so since that generation. */
  void expireUpTo(int seen) {
    generation.compareAndSet(seen, seen + 1);
  }

  @Override
  public Mono<Void> settled() {
    return Mono.defer(
        () ->
            unsettled.isEmpty()
                ? Mono.empty()
                : Flux.fromIterable(unsettled)
                    .flatMap(settling -> Mono.fromFuture(settling, true))
                    .then(settled()));
  }

  @Override
  public PoolStats stats(long replayed, int sessions) {
    PoolMetrics metrics = metrics();
    return new PoolStats(
        metrics.acquiredSize(),
        metrics.idleSize(),
        line.waiting() + metrics.pendingAcquireSize(),
        settings.max(),
        opened.sum(),
        replayed,
        sessions);
  }

  private PoolMetrics metrics() {
    return pool.getMetrics().orElseThrow();
  }

  @Override
  public Mono<Void> close() {
    return Mono.defer(pool::disposeLater).timeout(CLOSE_TIMEOUT).onErrorComplete();
  }

  /** Opens connections for the pool and makes them known. */
  private final class Factory implements ConnectionFactory {

    @Override
    public Publisher<? extends Connection> create() {
      return Mono.defer(
          () -> {
            int born = generation.get();
            return driver.open().doOnNext(connection -> register(connection, born));
          });
    }

    private void register(Connection connection, int born) {
      opened.increment();
      connections.put(
          connection,
          new PhysicalConnection(driver.echoed(connection), reset, born, settings.recycle()));
    }

    @Override
    public ConnectionFactoryMetadata getMetadata() {
      return () -> "PostgreSQL";
    }
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
