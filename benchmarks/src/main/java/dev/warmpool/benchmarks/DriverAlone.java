package dev.warmpool.benchmarks;

import static dev.warmpool.benchmarks.DriverConnection.answer;
import static dev.warmpool.benchmarks.DriverConnection.changed;
import static dev.warmpool.benchmarks.DriverConnection.pipelined;

import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.spi.Statement;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The R2DBC driver alone, in the cheapest way that is right for one tenant: one open connection
 * with a fixed schema, each statement by itself, nothing reset. What it takes, no session on this
 * driver can undercut. Five writes are a transaction, whose BEGIN travels with the first of them.
 */
final class DriverAlone implements Contender {

  static final String NAME = "driver alone";

  /** Five rows in one statement, as sessions and pgjdbc write them. */
  private static final String ROWS =
      Sql.INSERT.replace("($1, $2)", "")
          + IntStream.range(0, 5)
              .mapToObj(row -> "($%d, $%d)".formatted(2 * row + 1, 2 * row + 2))
              .collect(Collectors.joining(", "));

  private final DriverConnection connection;

  DriverAlone(Map<String, String> server) {
    this.connection = new DriverConnection(server, Map.of("search_path", Sql.SCHEMA));
  }

  @Override
  public String name() {
    return NAME;
  }

  static Mono<Long> balance(PostgresqlConnection connection, int id) {
    return Flux.from(connection.createStatement(Sql.READ).bind(0, id).execute())
        .concatMap(result -> result.map((row, metadata) -> row.get(0, Long.class)))
        .single();
  }

  @Override
  public void read(int id) {
    connection.await(driver -> balance(driver, id));
  }

  @Override
  public void write(int id) {
    connection.await(driver -> changed(driver.createStatement(Sql.WRITE).bind(0, id)));
  }

  @Override
  public void fiveWrites(int id) {
    connection.await(
        driver -> {
          Mono<Long> work = pipelined(answer(driver, "BEGIN"), insert(driver, id, 0));
          for (int i = 1; i < 5; i++) {
            work = work.then(insert(driver, id, i));
          }
          return work.delayUntil(done -> driver.commitTransaction());
        });
  }

  private static Mono<Long> insert(PostgresqlConnection driver, int id, int amount) {
    return Mono.defer(
        () -> changed(driver.createStatement(Sql.INSERT).bind(0, id).bind(1, amount)));
  }

  @Override
  public void fiveRows(int id) {
    connection.await(
        driver -> {
          Statement insert = driver.createStatement(ROWS);
          for (int row = 0; row < 5; row++) {
            insert.bind(2 * row, id).bind(2 * row + 1, row);
          }
          return changed(insert);
        });
  }

  @Override
  public int stream() {
    long rows =
        connection.await(
            driver ->
                Flux.from(driver.createStatement(Sql.STREAM).execute())
                    .concatMap(result -> result.map((row, metadata) -> row.get(1, Long.class)))
                    .count());
    return (int) rows;
  }

  @Override
  public void close() {
    connection.close();
  }
}
