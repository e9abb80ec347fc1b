package dev.warmpool.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warmpool.session.testkit.PostgresServer;
import io.r2dbc.spi.R2dbcException;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Runs a statement for many rows of values. */
class BatchIT {

  private static final TestDatabase DATABASE = new TestDatabase(PostgresServer.shared());
  private static final String INSERT = "INSERT INTO item (id, name) VALUES ($1, $2)";

  private SessionManager manager;

  @BeforeEach
  void start() {
    DATABASE.admin(
        "DROP SCHEMA IF EXISTS batch_it CASCADE; CREATE SCHEMA batch_it;"
            + "CREATE TABLE batch_it.item (id int PRIMARY KEY, name text, n bigint DEFAULT 7)");
    manager = DATABASE.manager("batch_it", Map.of("POOL_SIZE", "1", "MAX_OVERFLOW", "0"));
  }

  @AfterEach
  void end() {
    TestDatabase.end(manager);
  }

  private static Flux<Object[]> rows(int from, int to) {
    return Flux.range(from, to - from + 1).map(i -> new Object[] {i, "name " + i});
  }

  private Long batch(String sql, Flux<Object[]> rows) {
    return manager
        .inSession(SessionOptions.standard(), s -> s.batch(sql, rows))
        .as(TestDatabase::await);
  }

  private static long count() {
    return DATABASE.number("SELECT count(*) FROM batch_it.item");
  }

  @Test
  void insertsRowsAndCountsThem() {
    assertThat(batch(INSERT, rows(1, 2_500))).isEqualTo(2_500);
    assertThat(count()).isEqualTo(2_500);
    assertThat(DATABASE.column("SELECT name FROM batch_it.item WHERE id = 2499"))
        .containsExactly("name 2499");
  }

  @Test
  void sendsNothingForNoRows() {
    assertThat(batch(INSERT, Flux.empty())).isZero();
    assertThat(manager.stats().acquired()).isZero();
  }

  @Test
  void runsOtherTextsOnceForEachRow() {
    batch(INSERT, rows(1, 3));
    assertThat(
            batch(
                "UPDATE item SET name = $2 WHERE id = $1",
                Flux.just(new Object[] {1, "a"}, new Object[] {2, null}, new Object[] {9, "c"})))
        .isEqualTo(2);
    assertThat(DATABASE.column("SELECT name FROM batch_it.item WHERE id = 1")).containsExactly("a");
  }

  @Test
  void tellsWhichRowsTheDatabaseRefused() {
    Flux<Object[]> rows = rows(1, 1_030).concatWith(rows(1, 1));
    assertThatThrownBy(() -> batch(INSERT, rows))
        .isInstanceOfSatisfying(
            BatchFailedException.class,
            error -> {
              assertThat(error.getSqlState()).isEqualTo("23505");
              assertThat(error.lastRow()).isEqualTo(1_031);
              assertThat(error.getCause()).isInstanceOf(R2dbcException.class);
            });
    assertThat(count()).isZero();
  }

  @Test
  void commitsNoPartOfABatchWhoseErrorIsSwallowed() {
    Flux<Object[]> rows = rows(1, 2_000).concatWith(Flux.just(new Object[] {1}, new Object[] {2}));
    assertThatThrownBy(
            () ->
                manager
                    .inSession(
                        SessionOptions.standard(),
                        s -> s.batch(INSERT, rows).onErrorResume(e -> Mono.just(0L)))
                    .as(TestDatabase::await))
        .isInstanceOf(TransactionFailedException.class);
    assertThat(count()).isZero();
  }
}
