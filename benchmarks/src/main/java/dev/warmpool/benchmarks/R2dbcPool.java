package dev.warmpool.benchmarks;

import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionFactory;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.Statement;
import java.util.Map;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * r2dbc-pool used as in its documentation: validates the connection, begins, sets the search path,
 * runs the statements and commits.
 */
final class R2dbcPool implements Contender {

  private final ConnectionPool pool;

  R2dbcPool(Map<String, String> server) {
    this.pool = pool(server);
  }

  static ConnectionPool pool(Map<String, String> server) {
    PostgresqlConnectionConfiguration driver =
        PostgresqlConnectionConfiguration.builder()
            .host(server.get("POSTGRES_HOST"))
            .port(Integer.parseInt(server.get("POSTGRES_PORT")))
            .database(server.get("POSTGRES_DB"))
            .username(server.get("POSTGRES_USER"))
            .password(server.get("POSTGRES_PASSWORD"))
            .build();
    return new ConnectionPool(
        ConnectionPoolConfiguration.builder(new PostgresqlConnectionFactory(driver))
            .maxSize(Sql.POOL)
            .initialSize(0)
            .validationQuery("SELECT 1")
            .build());
  }

  @Override
  public String name() {
    return "r2dbc-pool";
  }

  private <T> Mono<T> inTransaction(Function<Connection, Mono<T>> work) {
    return Mono.usingWhen(
        pool.create(),
        connection ->
            Mono.from(connection.beginTransaction())
                .then(update(connection, Sql.SET_SCHEMA).then())
                .then(Mono.defer(() -> work.apply(connection)))
                .delayUntil(done -> connection.commitTransaction()),
        Connection::close,
        (connection, error) -> Mono.from(connection.rollbackTransaction()).then(close(connection)),
        connection -> Mono.from(connection.rollbackTransaction()).then(close(connection)));
  }

  private static Mono<Void> close(Connection connection) {
    return Mono.from(connection.close());
  }

  private static Mono<Long> update(Connection connection, String sql) {
    return changed(connection.createStatement(sql));
  }

  private static Mono<Long> changed(Statement statement) {
    return Flux.from(statement.execute()).flatMap(Result::getRowsUpdated).reduce(0L, Long::sum);
  }

  @Override
  public void read(int id) {
    inTransaction(
            connection ->
                Flux.from(connection.createStatement(Sql.READ).bind(0, id).execute())
                    .flatMap(result -> result.map((row, meta) -> row.get(0, Long.class)))
                    .single())
        .block(Sql.BOUND);
  }

  @Override
  public void write(int id) {
    inTransaction(connection -> changed(connection.createStatement(Sql.WRITE).bind(0, id)))
        .block(Sql.BOUND);
  }

  @Override
  public void fiveWrites(int id) {
    inTransaction(
            connection -> {
              Mono<Long> work = Mono.just(0L);
              for (int i = 0; i < 5; i++) {
                int row = i;
                work = work.then(Mono.defer(() -> changed(insert(connection, id, row))));
              }
              return work;
            })
        .block(Sql.BOUND);
  }

  private static Statement insert(Connection connection, int id, int amount) {
    return connection.createStatement(Sql.INSERT).bind(0, id).bind(1, amount);
  }

  @Override
  public void fiveRows(int id) {
    inTransaction(
            connection -> {
              Statement insert = insert(connection, id, 0);
              for (int i = 1; i < 5; i++) {
                insert.add().bind(0, id).bind(1, i);
              }
              return changed(insert);
            })
        .block(Sql.BOUND);
  }

  @Override
  public int stream() {
    Long count =
        inTransaction(
                connection ->
                    Flux.from(connection.createStatement(Sql.STREAM).execute())
                        .flatMap(result -> result.map((row, meta) -> row.get(1, Long.class)))
                        .count())
            .block(Sql.BOUND);
    return count == null ? 0 : count.intValue();
  }

  @Override
  public void close() {
    pool.disposeLater().block(Sql.BOUND);
  }
}
