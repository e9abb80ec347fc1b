package dev.warmpool.session;

import static java.util.Objects.requireNonNull;

import io.r2dbc.postgresql.PostgresqlConnectionConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionFactory;
import io.r2dbc.spi.Connection;
import java.util.List;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A client of a pooler that has the driver, but not this library. */
final class RawClient implements AutoCloseable {

  /** A cancel can strike the rollback, too. */
  private static final int ATTEMPTS = 10;

  private final Connection connection;

  RawClient(int port) {
    connection =
        requireNonNull(
            new PostgresqlConnectionFactory(
                    PostgresqlConnectionConfiguration.builder()
                        .host("127.0.0.1")
                        .port(port)
                        .database("postgres")
                        .username(LeftoverMatrix.LOGIN)
                        .autodetectExtensions(false)
                        .build())
                .create()
                .block(TestDatabase.BOUND));
  }

  /** Runs a statement in a transaction; returns the last value that it gives. */
  @Nullable String transaction(String sql) {
    return values("BEGIN;" + sql + ";COMMIT")
        .onErrorResume( // or the failed transaction holds the pooler's connection to the server
            error -> values("ROLLBACK").retry(ATTEMPTS).then(Mono.error(error)))
        .map(values -> values.isEmpty() ? "" : values.get(values.size() - 1))
        .block(TestDatabase.BOUND);
  }

  private Mono<List<String>> values(String sql) {
    return Flux.from(connection.createStatement(sql).execute())
        .concatMap(result -> Mono.from(result.map((row, metadata) -> String.valueOf(row.get(0)))))
        .collectList();
  }

  @Override
  public void close() {
    Mono.from(connection.close()).onErrorComplete().block(TestDatabase.BOUND);
  }
}
