package dev.warmpool.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.warmpool.session.testkit.PostgresServer;
import io.r2dbc.spi.R2dbcException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

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

  private BatchFailedException refused(String sql, Object[]... rows) {
    return catchThrowableOfType(BatchFailedException.class, () -> batch(sql, Flux.fromArray(rows)));
  }

  private static Object[] row(Object... values) {
    return values;
  }

  @Test
  void namesTheRowIfTheServersErrorTellsIt() {
    DATABASE.admin(
        "ALTER TABLE batch_it.item ALTER name SET NOT NULL;"
            + "CREATE TABLE batch_it.part (item int REFERENCES batch_it.item, id uuid, n int,"
            + " UNIQUE (n, id), CHECK (n < 100))");
    batch(INSERT, rows(1, 3));
    UUID id = UUID.randomUUID();
    String part = "INSERT INTO part (id, n, item) VALUES ($2, $1, $3)";

    assertRow(2, "23505", refused(INSERT, row(9, "a"), row(2, "b"), row(8, "c")));
    assertRow(2, "23502", refused(INSERT, row(9, "a"), row(8, null), row(7, null)));
    assertRow(3, "42804", refused(INSERT, row(9, "a"), row(8, "b"), row("7", "c")));
    assertRow(3, "23503", refused(part, row(1, id, 1), row(2, id, 2), row(3, id, 4)));
    BatchFailedException twice =
        refused(part, row(1, id, 1), row(2, id, 2), row(3, id, 3), row(2, id, 1), row(5, id, 2));
    assertThat(twice.firstRow()).isEqualTo(2);
    assertThat(twice.lastRow()).isEqualTo(4);
    BatchFailedException check = refused(part, row(1, id, 1), row(100, id, 2), row(3, id, 3));
    assertThat(check.firstRow()).isEqualTo(1);
    assertThat(check.lastRow()).isEqualTo(3);
    assertThat(check).hasMessageStartingWith("one of the rows 1 to 3: ");
  }

  @Test
  void namesTheRowOfAnotherText() {
    BatchFailedException error = refused("UPDATE item SET n = 1 / $1", row(1), row(2), row(3));
    assertThat(error).isNull();
    batch(INSERT, rows(1, 1));
    assertRow(3, "22012", refused("UPDATE item SET n = 1 / $1", row(1), row(2), row(0), row(0)));
  }

  private static void assertRow(long row, String state, BatchFailedException error) {
    assertThat(error.getSqlState()).isEqualTo(state);
    assertThat(error.firstRow()).isEqualTo(row).isEqualTo(error.lastRow());
    assertThat(error).hasMessageStartingWith("row " + row + ": ");
  }

  @Test
  void refusesRowsThatDoNotFitTheText() {
    assertThatThrownBy(() -> batch(INSERT, Flux.just(row(1, "a"), row(2))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("row 2 of the batch has 1 value for a text with 2 parameters");
    assertThatThrownBy(() -> batch("SELECT $1, $2", Flux.just(row(1, "a"), row(2))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("row 2 of the batch has 1 value, those before it have 2");
    assertThatThrownBy(() -> batch(INSERT, Flux.just(row(1, "a"), row(2, TimeUnit.DAYS))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("row 2 of the batch: value 2 ($2) is of type")
        .hasMessageContaining("bind its name()");
    assertThat(count()).isZero();
  }

  @Test
  void asksForRowsAsTheyAreNeeded() {
    AtomicLong ahead = new AtomicLong();
    AtomicLong most = new AtomicLong();
    Flux<Object[]> rows =
        rows(1, 20_000)
            .doOnRequest(n -> most.accumulateAndGet(ahead.addAndGet(n), Math::max))
            .doOnNext(row -> ahead.decrementAndGet());
    assertThat(batch(INSERT, rows)).isEqualTo(20_000);
    assertThat(most).hasValueLessThan(5_000);
  }

  @Test
  void goesOnBehindABatchThatFailedInASavepoint() {
    Flux<Object[]> broken = rows(1, 3_000).concatWith(Flux.error(new IOException("no more")));
    Long changed =
        manager
            .inSession(
                SessionOptions.standard(),
                s ->
                    s.savepoint(part -> part.batch(INSERT, broken))
                        .onErrorResume(IOException.class, error -> s.batch(INSERT, rows(1, 5))))
            .as(TestDatabase::await);
    assertThat(changed).isEqualTo(5);
    assertThat(count()).isEqualTo(5);
  }

  @Test
  void commitsNoPartOfABatchThatIsCancelled() {
    Sinks.Empty<Void> left = Sinks.empty();
    Flux<Object[]> endless =
        rows(1, 3_000).concatWith(Flux.<Object[]>never().doOnSubscribe(s -> left.tryEmitEmpty()));
    assertThatThrownBy(
            () ->
                manager
                    .inSession(
                        SessionOptions.standard(),
                        s ->
                            s.batch(INSERT, endless)
                                .takeUntilOther(left.asMono())
                                .then(Mono.just(1)))
                    .as(TestDatabase::await))
        .isInstanceOf(TransactionFailedException.class);
    assertThat(count()).isZero();
  }

  @Test
  void meetsTheDeadlineWhileItWaitsForRows() {
    Flux<Object[]> endless = rows(1, 3_000).concatWith(Flux.never());
    SessionOptions options = SessionOptions.until(Deadline.after(Duration.ofMillis(400)));
    assertThatThrownBy(
            () -> manager.inSession(options, s -> s.batch(INSERT, endless)).as(TestDatabase::await))
        .isInstanceOf(DeadlineExceededException.class);
    assertThat(count()).isZero();
  }

  @Test
  void writesNothingInAReadOnlySessionAndRefusesOneOutsideATransaction() {
    SessionOptions standard = SessionOptions.standard();
    for (SessionOptions options : List.of(standard.readOnly(), standard.snapshot())) {
      assertThatThrownBy(
              () ->
                  manager
                      .inSession(options, s -> s.batch(INSERT, rows(1, 2)))
                      .as(TestDatabase::await))
          .isInstanceOfSatisfying(
              R2dbcException.class, error -> assertThat(error.getSqlState()).isEqualTo("25006"));
    }
    assertThatThrownBy(
            () ->
                manager
                    .inSession(standard.outsideTransaction(), s -> s.batch(INSERT, rows(1, 2)))
                    .as(TestDatabase::await))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("outside a transaction");
    assertThat(count()).isZero();
  }

  @Test
  void refusesAStatementOfTheSameSessionMeanwhile() {
    assertThatThrownBy(
            () ->
                manager
                    .inSession(
                        SessionOptions.standard(),
                        s ->
                            s.batch(
                                INSERT,
                                s.query(
                                    "SELECT generate_series(1, 5000)",
                                    row -> new Object[] {row.get(0), "x"})))
                    .as(TestDatabase::await))
        .isInstanceOf(ConcurrentUseException.class);
    assertThat(count()).isZero();
  }
}
