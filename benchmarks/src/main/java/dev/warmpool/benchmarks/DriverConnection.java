package dev.warmpool.benchmarks;

import dev.warmpool.session.internal.loop.EventLoops;
import dev.warmpool.session.settings.LoopMode;
import io.r2dbc.postgresql.PostgresqlConnectionConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionFactory;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.Statement;
import io.r2dbc.spi.Wrapped;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * One connection of the R2DBC driver without a pool and without sessions. Its callers wait as those
 * of {@code SessionManager.await} do, and run the same event loop. Opened by its first use.
 * Thread-safe.
 */
final class DriverConnection implements AutoCloseable {

  private final EventLoops loops = EventLoops.of(LoopMode.CALLER);
  private final PostgresqlConnectionFactory factory;
  private @Nullable PostgresqlConnection opened;

  /** A unit of work on the connection. */
  interface Work<T> {
    Mono<T> on(PostgresqlConnection connection);
  }

  /**
   * @param parameters sent when the connection starts
   */
  DriverConnection(Map<String, String> server, Map<String, String> parameters) {
    this.factory =
        new PostgresqlConnectionFactory(
            PostgresqlConnectionConfiguration.builder()
                .host(server.get("POSTGRES_HOST"))
                .port(Integer.parseInt(server.get("POSTGRES_PORT")))
                .database(server.get("POSTGRES_DB"))
                .username(server.get("POSTGRES_USER"))
                .password(server.get("POSTGRES_PASSWORD"))
                .autodetectExtensions(false)
                .preparedStatementCacheQueries(0)
                .options(parameters)
                .loopResources(loops.resources())
                .build());
  }

  private synchronized PostgresqlConnection connection() {
    PostgresqlConnection connection = opened;
    if (connection == null) {
      connection = Objects.requireNonNull(loops.await(factory.create(), Sql.BOUND));
      opened = connection;
    }
    return connection;
  }

  private static Scheduler scheduler(PostgresqlConnection connection) {
    Scheduler scheduler =
        connection instanceof Wrapped<?> wrapped ? wrapped.unwrap(Scheduler.class) : null;
    return Objects.requireNonNull(scheduler, "the driver tells its loop");
  }

  /** Runs the work and blocks for its result, 0 if it has none. */
  long await(Work<Long> work) {
    PostgresqlConnection connection = connection();
    Scheduler scheduler = scheduler(connection);
    Mono<Long> sent =
        Mono.from(
            subscriber -> loops.run(scheduler, () -> work.on(connection).subscribe(subscriber)));
    Long result = loops.await(sent, Sql.BOUND);
    return result == null ? 0 : result;
  }

  /** The number of rows that a statement changes. */
  static Mono<Long> changed(Statement statement) {
    return Flux.from(statement.execute()).concatMap(Result::getRowsUpdated).reduce(0L, Long::sum);
  }

  /** The answer to a text without values, read to its end. */
  static Mono<Long> answer(PostgresqlConnection connection, String sql) {
    return Flux.from(connection.createStatement(sql).execute())
        .concatMap(result -> result.map((row, metadata) -> row))
        .then(Mono.empty());
  }

  /** Sends both at once and emits what the second one does. */
  static Mono<Long> pipelined(Mono<Long> first, Mono<Long> second) {
    return Flux.mergeSequential(first, second).last(0L);
  }

  @Override
  public void close() {
    PostgresqlConnection connection = opened;
    if (connection != null) {
      loops.await(connection.close(), Sql.BOUND);
    }
  }
}
