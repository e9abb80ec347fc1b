package dev.warmpool.session;

import static dev.warmpool.session.TestDatabase.BOUND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warmpool.session.testkit.PostgresServer;
import io.r2dbc.spi.Row;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The driver fetches rows by size without a Sync, which it sends behind the last ones. */
class FetchSizeIT {

  private static final TestDatabase DATABASE = new TestDatabase(PostgresServer.shared());
  private static final SessionOptions FETCHING = SessionOptions.standard().named("fetching");
  private static final String FAILING = "SELECT 1 / (3 - i) FROM generate_series(1, $1) i";

  private SessionManager manager;

  @BeforeEach
  void start() {
    DATABASE.admin(
        "DROP SCHEMA IF EXISTS fetch_size CASCADE; CREATE SCHEMA fetch_size;"
            + "CREATE TABLE fetch_size.item (id int)");
    manager = DATABASE.manager("fetch_size", Map.of("POOL_SIZE", "1", "MAX_OVERFLOW", "0"));
  }

  @AfterEach
  void stop() {
    assertThat(TestDatabase.await(manager.quiesce(BOUND))).isTrue();
    assertThat(manager.stats().acquired()).isZero();
    assertThat(DATABASE.states()).isSubsetOf("idle");
    TestDatabase.end(manager);
  }

  private static Flux<Integer> fetched(Session session, String sql, Function<Row, Integer> mapper) {
    return Flux.from(session.connection().createStatement(sql).bind(0, 20).fetchSize(2).execute())
        .flatMap(result -> result.map((row, metadata) -> mapper.apply(row)));
  }

  private static Integer first(Row row) {
    return row.get(0, Integer.class);
  }

  private long insert(Function<Session, Mono<Void>> between) {
    return TestDatabase.await(
        manager.inSession(
            FETCHING,
            session ->
                session
                    .execute("INSERT INTO item VALUES (1)")
                    .flatMap(count -> between.apply(session).thenReturn(count))));
  }

  @Test
  void commitsBehindAPartThatFailed() {
    insert(
        session ->
            session
                .savepoint(part -> fetched(part, FAILING, FetchSizeIT::first).then(Mono.just(1)))
                .onErrorReturn(0)
                .then());

    assertThat(DATABASE.number("SELECT count(*) FROM fetch_size.item")).isOne();
  }

  @Test
  void rollsBackAndKeepsTheConnection() {
    assertThatThrownBy(
            () -> insert(session -> fetched(session, FAILING, FetchSizeIT::first).then()))
        .hasMessageContaining("division by zero");
    assertThatThrownBy(
            () ->
                insert(
                    session ->
                        fetched(
                                session,
                                "SELECT i FROM generate_series(1, $1) i",
                                row -> {
                                  throw new IllegalStateException("of the mapper");
                                })
                            .then()))
        .hasMessageContaining("of the mapper");
    insert(session -> fetched(session, "SELECT 1 WHERE $1 > 0", FetchSizeIT::first).then());

    assertThat(DATABASE.number("SELECT count(*) FROM fetch_size.item")).isOne();
    assertThat(manager.stats().opened()).isOne();
  }
}
