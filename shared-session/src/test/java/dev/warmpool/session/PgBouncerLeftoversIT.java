package dev.warmpool.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmpool.session.testkit.PgBouncer;
import io.r2dbc.postgresql.PostgresqlConnectionConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionFactory;
import io.r2dbc.spi.Connection;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The matrix through PgBouncer in transaction mode, with one connection to the server. */
class PgBouncerLeftoversIT extends LeftoverMatrix {

  private @Nullable PgBouncer bouncer;

  @Override
  Map<String, String> changes() {
    PgBouncer.assumeInstalled();
    bouncer = PgBouncer.to(DATABASE.server().port(), LOGIN);
    return Map.of(
        "POSTGRES_PORT", Integer.toString(bouncer.port()), "POSTGRES_POOLER", "pgbouncer");
  }

  @AfterAll
  void stop() {
    if (bouncer != null) {
      bouncer.close();
    }
  }

  /** The control: without the library, each kind reaches a later transaction. */
  @ParameterizedTest
  @EnumSource
  void crossesWithoutTheReset(Leftover leftover) {
    try (PgBouncer other = PgBouncer.to(DATABASE.server().port(), LOGIN)) {
      Connection client = client(other.port());
      String before = transaction(client, leftover.trace());
      transaction(client, leftover.leave());
      assertThat(transaction(client, leftover.trace())).isNotEqualTo(before);
    }
  }

  private static Connection client(int port) {
    return new PostgresqlConnectionFactory(
            PostgresqlConnectionConfiguration.builder()
                .host("127.0.0.1")
                .port(port)
                .database("postgres")
                .username(LOGIN)
                .build())
        .create()
        .block(TestDatabase.BOUND);
  }

  /** Runs a statement in a transaction; returns the last value that it gives. */
  private static @Nullable String transaction(Connection client, String sql) {
    return Flux.from(client.createStatement("BEGIN;" + sql + ";COMMIT").execute())
        .concatMap(result -> Mono.from(result.map((row, metadata) -> String.valueOf(row.get(0)))))
        .collectList()
        .map(values -> values.isEmpty() ? "" : values.get(values.size() - 1))
        .block(TestDatabase.BOUND);
  }
}
