package dev.warmpool.session;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryMetadata;
import io.r2dbc.spi.ValidationDepth;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * The driver's connections behind a pool: opens them, knows of each what became of it, and closes
 * it. Thread-safe.
 */
final class PhysicalConnections implements ConnectionFactory {

  /** Nobody waits longer for a connection to say goodbye: it would delay the next session. */
  static final Duration CLOSE_TIMEOUT = Duration.ofMillis(250);

  /** A server that refuses a connection has closed it by then. */
  private static final Duration LOOK_ON = Duration.ofSeconds(1);

  private final PoolSettings settings;
  private final EventLoops loops;
  private final DriverConfiguration driver;
  private final String reset;
  private final Map<Connection, PhysicalConnection> known = new ConcurrentHashMap<>();
  private final AtomicInteger generation = new AtomicInteger();
  private final LongAdder opened = new LongAdder();

  PhysicalConnections(SessionSettings settings, DriverConfiguration driver) {
    this.settings = settings.pool();
    this.loops = EventLoops.of(settings);
    this.driver = driver;
    this.reset = Reset.text(settings);
  }

  /** Opens one. */
  @Override
  public Publisher<? extends Connection> create() {
    return Mono.defer(
        () -> {
          int born = generation.get();
          return driver
              .open()
              .doOnNext(connection -> register(connection, born))
              .doOnError(error -> lookOn())
              .doOnCancel(this::lookOn);
        });
  }

  /** The driver leaves a socket that it could not make a connection of to the server's close. */
  private void lookOn() {
    loops.hold();
    Schedulers.parallel().schedule(loops::release, LOOK_ON.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void register(Connection connection, int born) {
    opened.increment();
    known.put(
        connection,
        new PhysicalConnection(driver.echoed(connection), reset, born, settings.recycle()));
  }

  @Override
  public ConnectionFactoryMetadata getMetadata() {
    return () -> "PostgreSQL";
  }

  /** How many have been opened. */
  long opened() {
    return opened.sum();
  }

  /** What is known of a connection that is not destroyed. */
  PhysicalConnection of(Connection connection) {
    PhysicalConnection physical = known.get(connection);
    if (physical == null) {
      throw new IllegalStateException(
          "the pool gave a connection that it has destroyed: " + connection);
    }
    return physical;
  }

  /** Whether it may not be used again. */
  boolean isOver(Connection connection) {
    PhysicalConnection physical = known.get(connection);
    return physical == null
        || physical.isBroken()
        || physical.generation() < generation.get()
        || physical.isExpired(settings.idle())
        || !isOpen(connection);
  }

  /** The driver's local check; it answers at once, from the channel's state. */
  private static boolean isOpen(Connection connection) {
    return Boolean.TRUE.equals(
        Mono.from(connection.validate(ValidationDepth.LOCAL)).toFuture().getNow(false));
  }

  /** All are over now, unless someone has said so since that generation. */
  void expireUpTo(int seen) {
    generation.compareAndSet(seen, seen + 1);
  }

  /** Forgets it and closes it. */
  Mono<Void> destroy(Connection connection) {
    known.remove(connection);
    return closed(connection);
  }

  /**
   * Closes it, within a bound, and never fails: one whose server does not read is closed when it
   * does.
   */
  Mono<Void> closed(Connection connection) {
    return Mono.fromFuture(() -> closing(connection), true)
        .timeout(CLOSE_TIMEOUT)
        .onErrorComplete();
  }

  /** Goes on, and is driven, whoever waits for it or does not. */
  private CompletableFuture<Void> closing(Connection connection) {
    loops.hold();
    return Mono.from(connection.close()).doFinally(signal -> loops.release()).toFuture();
  }
}
