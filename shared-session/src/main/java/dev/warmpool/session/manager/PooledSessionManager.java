package dev.warmpool.session.manager;

import dev.warmpool.session.PasswordSource;
import dev.warmpool.session.PoolStats;
import dev.warmpool.session.Schema;
import dev.warmpool.session.Session;
import dev.warmpool.session.SessionClosedException;
import dev.warmpool.session.SessionManager;
import dev.warmpool.session.SessionOptions;
import dev.warmpool.session.SessionOrigin;
import dev.warmpool.session.blocking.BlockingSessions;
import dev.warmpool.session.internal.blocking.WaitingSessions;
import dev.warmpool.session.internal.flight.Flights;
import dev.warmpool.session.internal.listen.Listening;
import dev.warmpool.session.internal.loop.EventLoops;
import dev.warmpool.session.internal.loop.InFlight;
import dev.warmpool.session.internal.loop.InFlight.Runner;
import dev.warmpool.session.internal.pool.Connections;
import dev.warmpool.session.internal.postgres.Connector;
import dev.warmpool.session.internal.postgres.SessionSql;
import dev.warmpool.session.internal.run.Openings;
import dev.warmpool.session.internal.run.RunningSessions;
import dev.warmpool.session.internal.run.RunningSessions.Origin;
import dev.warmpool.session.settings.SessionSettings;
import io.r2dbc.spi.Row;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Objects;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The session manager on a pool of connections. Thread-safe. */
final class PooledSessionManager implements SessionManager {

  /** A schema that every database has. */
  private static final Schema ANY_SCHEMA = new Schema("information_schema");

  private static final String NO_OPTIONS =
      "the options are null: SessionOptions.standard() are the default";

  private static final String NO_WORK =
      "the unit of work is null: pass a function from the session to a publisher";

  private final PasswordSource passwords;
  private final EventLoops loops;
  private final InFlight inFlight;
  private final Connections pool;
  private final RunningSessions running;
  private final StraySessions strays;
  private final Retries retries;
  private final BlockingSessions blocking;
  private final Flights flights;
  private volatile boolean closed;

  /**
   * @param clock the wall clock, by which connections age
   * @param listening hears of the sessions
   */
  PooledSessionManager(
      SessionSettings settings,
      PasswordSource passwords,
      InstantSource clock,
      Listening listening) {
    this.passwords = passwords;
    this.loops = EventLoops.of(settings.loop());
    this.inFlight = new InFlight(loops);
    Connector connector = new Connector(settings, passwords, clock);
    this.pool = new Connections(settings, connector, loops, inFlight);
    Openings openings = new Openings(settings, pool, new SessionSql(settings), loops);
    this.running = new RunningSessions(openings, inFlight, listening);
    this.strays = new StraySessions(running, loops);
    this.retries = new Retries(loops, inFlight);
    this.blocking = new WaitingSessions(loops, this::waitedFor, this);
    this.flights = new Flights(running, settings.pool().max());
    pool.countSessions(running::size);
  }

  @Override
  public <T> Mono<T> inSession(
      SessionOptions options, Function<? super Session, ? extends Mono<T>> work) {
    Objects.requireNonNull(options, NO_OPTIONS);
    Objects.requireNonNull(work, NO_WORK);
    return unit(options, new Origin(work, Runner.ANY), work);
  }

  @Override
  public Mono<Long> execute(SessionOptions options, String sql, @Nullable Object... values) {
    Objects.requireNonNull(options, NO_OPTIONS);
    return repeated(options, Runner.ANY, flights.execute(options, sql, values));
  }

  @Override
  public <T> Flux<T> query(
      SessionOptions options,
      String sql,
      Function<? super Row, ? extends T> mapper,
      @Nullable Object... values) {
    Objects.requireNonNull(options, NO_OPTIONS);
    if (!options.kind().writes() && options.retries() == 0) {
      return stream(options, session -> session.query(sql, mapper, values));
    }
    return repeated(options, Runner.ANY, flights.<T>query(options, sql, mapper, values))
        .flatMapIterable(rows -> rows);
  }

  private <T> Mono<T> unit(
      SessionOptions options, Origin origin, Function<? super Session, ? extends Mono<T>> work) {
    return repeated(options, origin.runner(), running.one(options, origin, work));
  }

  private <T> Mono<T> repeated(SessionOptions options, Runner runner, Mono<T> once) {
    Mono<T> unlessClosed = Mono.defer(() -> closed ? Mono.error(closedException()) : once);
    return options.retries() == 0
        ? unlessClosed
        : retries.of(unlessClosed, options.retries(), runner);
  }

  private static void requireLimit(Duration limit) {
    Objects.requireNonNull(limit, "the limit is null");
  }

  private static SessionClosedException closedException() {
    return new SessionClosedException("the session manager is closed: it opens no sessions");
  }

  @Override
  public <T> Flux<T> stream(
      SessionOptions options, Function<? super Session, ? extends Publisher<T>> work) {
    Objects.requireNonNull(options, NO_OPTIONS);
    Objects.requireNonNull(work, NO_WORK);
    if (options.retries() > 0) {
      return Flux.error(
          new IllegalArgumentException(
              options.label()
                  + " has "
                  + options.retries()
                  + " retries: a stream is not run again, because its items have been seen;"
                  + " use inSession, or retrying(0)"));
    }
    if (options.kind().writes()) {
      return Flux.error(
          new IllegalArgumentException(
              options.label()
                  + (options.kind() == SessionOptions.Kind.READ_WRITE
                      ? " is read-write: its result is seen after COMMIT, by inSession;"
                      : " runs outside a transaction: its result is seen at its end, by inSession;")
                  + " stream from readOnly() or snapshot()"));
    }
    Flux<T> items = running.many(options, work);
    return Flux.defer(() -> closed ? Flux.error(closedException()) : items);
  }

  @Override
  public <T> @Nullable T await(Mono<T> result, Duration limit) {
    Objects.requireNonNull(result, "the result to await is null");
    requireLimit(limit);
    return loops.await(result, limit);
  }

  @Override
  public Mono<Void> prime() {
    SessionOptions options = SessionOptions.standard().readOnly().named("prime").in(ANY_SCHEMA);
    return inSession(options, session -> session.query("SELECT $1::int", row -> 1, 1).then());
  }

  @Override
  public BlockingSessions blocking() {
    return blocking;
  }

  private <T> Mono<T> waitedFor(
      SessionOptions options, Object code, Function<? super Session, ? extends Mono<T>> work) {
    return unit(options, new Origin(code, loops.runner()), work);
  }

  @Override
  public PoolStats stats() {
    return pool.stats();
  }

  @Override
  public Mono<Boolean> quiesce(Duration limit) {
    requireLimit(limit);
    return loops
        .bound(inFlight.none().thenReturn(true), limit)
        .onErrorReturn(TimeoutException.class, false);
  }

  @Override
  public Flux<SessionOrigin> endStrays(Predicate<SessionOrigin> which, Duration limit) {
    Objects.requireNonNull(which, "the selection of sessions is null");
    requireLimit(limit);
    return strays.end(which, limit);
  }

  @Override
  public Mono<Void> renew(Duration limit) {
    requireLimit(limit);
    Mono<Void> forgotten = Mono.fromRunnable(passwords::forgetAll);
    return quiesce(limit).then(Mono.whenDelayError(forgotten, pool.renew()));
  }

  @Override
  public Mono<Void> close(Duration limit) {
    requireLimit(limit);
    return Mono.defer(
        () -> {
          closed = true;
          return quiesce(limit).then(pool.close());
        });
  }
}
