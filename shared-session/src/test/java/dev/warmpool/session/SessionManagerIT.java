package dev.warmpool.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warmpool.session.manager.SessionManagers;
import dev.warmpool.session.settings.SessionSettings;
import dev.warmpool.session.testkit.PostgresServer;
import io.r2dbc.spi.R2dbcException;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The session contract on a real server, one rule a test. */
class SessionManagerIT {

  private static final PostgresServer SERVER = PostgresServer.shared();
  private static final Duration BOUND = Duration.ofSeconds(10);
  private static final String PID = "SELECT pg_backend_pid()";

  private SessionManager manager;

  @BeforeAll
  static void schema() {
    SERVER.execute(
        "DROP SCHEMA IF EXISTS manager_it CASCADE; CREATE SCHEMA manager_it;"
            + "CREATE TABLE manager_it.item (id int PRIMARY KEY, name text)");
  }

  @BeforeEach
  void start() {
    SERVER.execute("TRUNCATE manager_it.item");
    manager = managerWith(Map.of());
  }

  @AfterEach
  void assertNothingIsAcquired() {
    assertThat(manager.quiesce(BOUND).block(BOUND)).isTrue();
    assertThat(manager.stats().acquired()).isZero();
    manager.close(BOUND).block(BOUND);
  }

  private static SessionManager managerWith(Map<String, String> changes) {
    Map<String, String> environment = new HashMap<>(SERVER.environment());
    environment.put("POSTGRES_SCHEMA", "manager_it");
    environment.putAll(changes);
    return SessionManagers.create(
        SessionSettings.from(environment), PasswordSource.fixed("postgres"));
  }

  private static long items() {
    return SERVER.number("SELECT count(*) FROM manager_it.item");
  }

  private Mono<Integer> pid(SessionOptions options) {
    return manager.inSession(options, s -> s.query(PID, row -> row.get(0, Integer.class)).single());
  }

  @Test
  void commitsTheUnitOfWork() {
    Long changed =
        manager
            .inSession(
                SessionOptions.standard(),
                s -> s.execute("INSERT INTO item VALUES ($1, $2)", 1, null))
            .block(BOUND);
    assertThat(changed).isEqualTo(1);
    assertThat(items()).isEqualTo(1);
  }

  @Test
  void rollsBackWhenTheWorkFails() {
    assertThatThrownBy(
            () ->
                manager
                    .inSession(
                        SessionOptions.standard(),
                        s ->
                            s.execute("INSERT INTO item VALUES (1)")
                                .then(Mono.error(new IllegalStateException("no"))))
                    .block(BOUND))
        .hasMessage("no");
    assertThat(items()).isZero();
  }

  @Test
  void passesDatabaseErrorsThroughAndCleansUp() {
    assertThatThrownBy(
            () ->
                manager
                    .inSession(
                        SessionOptions.standard(),
                        s ->
                            s.execute("INSERT INTO item VALUES ($1)", 1)
                                .then(s.execute("INSERT INTO item VALUES ($1)", 1)))
                    .block(BOUND))
        .isInstanceOfSatisfying(
            R2dbcException.class, e -> assertThat(e.getSqlState()).isEqualTo("23505"));
    assertThat(items()).isZero();
    assertThat(pid(SessionOptions.standard()).block(BOUND)).isPositive();
    assertThat(manager.stats().opened()).isEqualTo(1);
  }

  /** PostgreSQL answers the text COMMIT of a failed transaction with ROLLBACK, as a success. */
  @Test
  void failsIfTheErrorOfAStatementWasSwallowed() {
    Mono<Long> swallowed =
        manager.inSession(
            SessionOptions.standard(),
            s ->
                s.execute("INSERT INTO item VALUES (1)")
                    .then(s.execute("SELECT 1/0").onErrorComplete()));

    assertThat(pid(SessionOptions.standard()).block(BOUND)).isPositive();
    assertThatThrownBy(() -> swallowed.block(BOUND))
        .isInstanceOfAny(R2dbcException.class, SessionException.class)
        .isNotInstanceOf(SessionUnavailableException.class);
    assertThat(items()).isZero();
  }

  @Test
  void keepsOneConnectionForSessionsInARow() {
    Integer first = pid(SessionOptions.standard()).block(BOUND);
    assertThat(pid(SessionOptions.standard().readOnly()).block(BOUND)).isEqualTo(first);
    assertThat(pid(SessionOptions.standard().snapshot()).block(BOUND)).isEqualTo(first);
    assertThat(pid(SessionOptions.standard()).block(BOUND)).isEqualTo(first);
    assertThat(manager.stats().opened()).isEqualTo(1);
  }

  @Test
  void refusesWritesInAReadOnlySession() {
    assertThatThrownBy(
            () ->
                manager
                    .inSession(
                        SessionOptions.standard().readOnly(),
                        s -> s.execute("INSERT INTO item VALUES (1)"))
                    .block(BOUND))
        .isInstanceOfSatisfying(
            R2dbcException.class, e -> assertThat(e.getSqlState()).isEqualTo("25006"));
  }

  @Test
  void namesAnUnknownSchema() {
    for (SessionOptions options :
        new SessionOptions[] {
          SessionOptions.standard(), SessionOptions.standard().readOnly(),
        }) {
      assertThatThrownBy(() -> pid(options.in(new Schema("nowhere"))).block(BOUND))
          .isInstanceOf(UnknownSchemaException.class)
          .hasMessage("schema 'nowhere' does not exist: create and migrate it first");
    }
  }

  @Test
  void refusesASecondStatementWhileOneRuns() {
    assertThatThrownBy(
            () ->
                manager
                    .inSession(
                        SessionOptions.standard(),
                        s -> Mono.zip(s.execute("SELECT pg_sleep(0.2)"), s.execute("SELECT 1")))
                    .block(BOUND))
        .isInstanceOf(ConcurrentUseException.class);
  }

  @Test
  void takesOneOfManyRowsAndGoesOn() {
    String numbers = "SELECT i FROM generate_series(1, 2000) i";
    Integer sum =
        manager
            .inSession(
                SessionOptions.standard(),
                s ->
                    s.query(numbers, row -> row.get(0, Integer.class))
                        .next()
                        .flatMap(
                            one ->
                                s.query(numbers, row -> row.get(0, Integer.class))
                                    .elementAt(1)
                                    .map(two -> one + two)))
            .block(BOUND);
    assertThat(sum).isEqualTo(3);
    assertThat(manager.stats().opened()).isEqualTo(1);
  }

  @Test
  void endsAtTheDeadline() {
    long began = System.nanoTime();
    assertThatThrownBy(
            () ->
                manager
                    .inSession(
                        SessionOptions.until(Deadline.after(Duration.ofSeconds(1))),
                        s -> s.execute("SELECT pg_sleep(30)"))
                    .block(BOUND))
        .isInstanceOf(DeadlineExceededException.class);
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofMillis(1300));
    assertThat(
            SERVER.number(
                "SELECT count(*) FROM pg_stat_activity"
                    + " WHERE application_name = 'warmpool' AND state <> 'idle'"))
        .isZero();
  }

  @Test
  void survivesJvmFatalErrorsInUserCode() {
    for (Error fatal : new Error[] {new NoClassDefFoundError("x"), new StackOverflowError()}) {
      assertThatThrownBy(
              () ->
                  manager
                      .inSession(
                          SessionOptions.standard(),
                          s ->
                              s.execute("SELECT 1")
                                  .map(
                                      n -> {
                                        throw fatal;
                                      }))
                      .block(BOUND))
          .isInstanceOf(WorkFailedException.class)
          .hasCause(fatal);
    }
    assertThat(pid(SessionOptions.standard()).block(BOUND)).isPositive();
  }

  @Test
  void replacesAConnectionThatDiedWhileIdle() {
    for (int i = 0; i < 20; i++) {
      pid(SessionOptions.standard()).block(BOUND);
      SERVER.execute(
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
              + " WHERE application_name = 'warmpool'");
      assertThat(pid(SessionOptions.standard()).block(BOUND)).isPositive();
    }
  }

  @Test
  void reportsWhyNoConnectionIsAvailable() {
    SessionManager small = managerWith(Map.of("MAX_OVERFLOW", "0", "POOL_TIMEOUT", "0.3"));
    assertThatThrownBy(
            () ->
                small
                    .inSession(
                        SessionOptions.standard(),
                        s ->
                            s.execute("SELECT 1")
                                .then(
                                    small.inSession(
                                        SessionOptions.standard(), t -> t.execute("SELECT 1"))))
                    .block(BOUND))
        .isInstanceOf(SessionUnavailableException.class)
        .hasMessage(
            "no connection within 300 ms (POOL_TIMEOUT): 1 of 1 in use, 0 idle, 1 waiting; waited"
                + " for a place in the pool");
    assertThat(small.quiesce(BOUND).block(BOUND)).isTrue();
    small.close(BOUND).block(BOUND);
  }

  @Test
  void commitsNothingWhenTheCallerCancels() {
    manager
        .inSession(
            SessionOptions.standard(),
            s -> s.execute("INSERT INTO item VALUES (1)").then(s.execute("SELECT pg_sleep(5)")))
        .timeout(Duration.ofMillis(200), Mono.just(0L))
        .block(BOUND);
    assertThat(manager.quiesce(BOUND).block(BOUND)).isTrue();
    assertThat(items()).isZero();
  }

  @Test
  void keepsTheConnectionThatPrimingOpened() {
    manager.prime().block(BOUND);
    assertThat(manager.stats().idle()).isEqualTo(1);
    assertThat(pid(SessionOptions.standard()).block(BOUND)).isPositive();
    assertThat(manager.stats().opened()).isEqualTo(1);
  }

  @Test
  void closesEveryConnectionAndRefusesSessionsAfterAClose() {
    pid(SessionOptions.standard()).block(BOUND);
    manager.close(BOUND).block(BOUND);
    manager.close(BOUND).block(BOUND);
    assertThatThrownBy(() -> pid(SessionOptions.standard()).block(BOUND))
        .isInstanceOf(SessionClosedException.class)
        .hasMessage("the session manager is closed: it opens no sessions");
    Awaitility.await()
        .until(
            () ->
                SERVER.number(
                        "SELECT count(*) FROM pg_stat_activity"
                            + " WHERE application_name = 'warmpool'")
                    == 0);
  }

  @Test
  void closesConnectionsBeyondThePoolSizeOnRelease() {
    SessionManager two = managerWith(Map.of("POOL_SIZE", "1", "MAX_OVERFLOW", "1"));
    Mono<Long> slow =
        two.inSession(SessionOptions.standard(), s -> s.execute("SELECT pg_sleep(0.1)"));
    for (int i = 0; i < 5; i++) {
      Mono.zip(slow, slow).block(BOUND);
      assertThat(two.stats().idle()).isEqualTo(1);
    }
    assertThat(two.stats().opened()).isEqualTo(6);
    two.close(BOUND).block(BOUND);
  }

  @Test
  void streamsUntilTheSubscriberCancels() {
    String numbers = "SELECT i FROM generate_series(1, 100000) i";
    Long first =
        manager.stream(
                SessionOptions.standard().readOnly(),
                s -> s.query(numbers, row -> row.get(0, Integer.class)))
            .take(10)
            .count()
            .block(BOUND);
    assertThat(first).isEqualTo(10);
    assertThat(manager.quiesce(BOUND).block(BOUND)).isTrue();
    Long all =
        manager.stream(
                SessionOptions.standard().snapshot(),
                s -> s.query(numbers, row -> row.get(0, Integer.class)))
            .count()
            .block(BOUND);
    assertThat(all).isEqualTo(100_000);
    assertThatThrownBy(
            () ->
                manager.stream(SessionOptions.standard(), s -> s.execute("SELECT 1"))
                    .blockLast(BOUND))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void runsTheWholeUnitAgainAfterASerializationFailure() {
    SERVER.execute("INSERT INTO manager_it.item VALUES (1, '0')");
    SessionOptions options =
        SessionOptions.standard().at(SessionOptions.Isolation.SERIALIZABLE).retrying(50);
    Mono<Long> increment =
        manager.inSession(
            options,
            s ->
                s.query("SELECT name::int FROM item WHERE id = 1", row -> row.get(0, Integer.class))
                    .single()
                    .flatMap(
                        n ->
                            s.execute(
                                "UPDATE item SET name = $1 WHERE id = 1",
                                Integer.toString(n + 1))));
    Flux.merge(Collections.nCopies(8, increment)).blockLast(BOUND);
    assertThat(SERVER.number("SELECT name::int FROM manager_it.item WHERE id = 1")).isEqualTo(8);
  }

  @ParameterizedTest
  @CsvSource({"40001, 3", "40P01, 3", "22012, 1"})
  void runsAUnitAsOftenAsItsOptionsSay(String state, int expected) {
    AtomicInteger runs = new AtomicInteger();
    String failing = "DO $$BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '%s'; END$$".formatted(state);
    Mono<Long> work =
        manager.inSession(
            SessionOptions.standard().retrying(2),
            s -> {
              runs.incrementAndGet();
              return s.execute(failing);
            });

    assertThatThrownBy(() -> work.block(BOUND))
        .isInstanceOfSatisfying(
            R2dbcException.class, e -> assertThat(e.getSqlState()).isEqualTo(state));
    assertThat(runs).hasValue(expected);
  }

  @Test
  void isNotQuietBetweenTwoRunsOfAUnit() {
    AtomicInteger runs = new AtomicInteger();
    String lost = "DO $$BEGIN RAISE EXCEPTION 'lost' USING ERRCODE = '40001'; END$$";
    CompletableFuture<Long> result =
        manager
            .inSession(
                SessionOptions.standard().retrying(1),
                s -> s.execute(runs.incrementAndGet() == 1 ? lost : "SELECT 1"))
            .toFuture();

    assertThat(manager.quiesce(BOUND).block(BOUND)).isTrue();

    assertThat(runs).hasValue(2);
    assertThat(result).isDone();
  }

  @Test
  void opensNoConnectionAhead() {
    assertThat(manager.stats()).isEqualTo(new PoolStats(0, 0, 0, 2, 0, 0, 0));
  }

  @Test
  void doesNotRememberAFailedConnect() {
    SERVER.execute("DROP ROLE IF EXISTS late_role");
    SessionManager early = managerWith(Map.of("POSTGRES_USER", "late_role"));
    assertThatThrownBy(
            () ->
                early.inSession(SessionOptions.standard(), s -> s.execute("SELECT 1")).block(BOUND))
        .isInstanceOf(SessionUnavailableException.class)
        .hasMessage("cannot connect: 28000 role \"late_role\" does not exist: check POSTGRES_USER");
    SERVER.execute("CREATE ROLE late_role LOGIN; GRANT USAGE ON SCHEMA manager_it TO late_role");
    assertThat(early.inSession(SessionOptions.standard(), s -> s.execute("SELECT 1")).block(BOUND))
        .isEqualTo(1);
    early.close(BOUND).block(BOUND);
  }
}
