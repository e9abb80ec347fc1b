package dev.warmpool.session;

import static dev.warmpool.session.TestDatabase.BOUND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warmpool.session.SessionOptions.Isolation;
import dev.warmpool.session.blocking.BlockingSessions;
import dev.warmpool.session.blocking.SessionInterruptedException;
import dev.warmpool.session.testkit.PostgresServer;
import dev.warmpool.session.testkit.WireProxy;
import io.r2dbc.spi.R2dbcException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

/** Units of work that are one statement. */
class OneFlightIT {

  private static final TestDatabase DATABASE = new TestDatabase(PostgresServer.shared());

  private static final SessionOptions WRITE = SessionOptions.standard().named("orders");

  private static final String INSERT = "INSERT INTO item VALUES ($1)";

  private WireProxy proxy;
  private SessionManager manager;

  @BeforeEach
  void create() {
    DATABASE.admin(
        "DROP SCHEMA IF EXISTS flight_it CASCADE; CREATE SCHEMA flight_it;"
            + "CREATE TABLE flight_it.item (id int);"
            + "CREATE TABLE flight_it.parent (id int PRIMARY KEY);"
            + "CREATE TABLE flight_it.child"
            + " (id int REFERENCES flight_it.parent DEFERRABLE INITIALLY DEFERRED)");
    proxy = WireProxy.to(DATABASE.server().port());
  }

  private void start(Map<String, String> changes) {
    Map<String, String> environment = new HashMap<>();
    environment.put("POSTGRES_PORT", Integer.toString(proxy.port()));
    environment.put("POOL_SIZE", "1");
    environment.put("MAX_OVERFLOW", "0");
    environment.putAll(changes);
    manager = DATABASE.manager("flight_it", environment);
    TestDatabase.await(manager.prime());
    settle();
  }

  /** A session whose reset was answered goes before, and lately: the next one can take off. */
  private void settle() {
    execute(WRITE.snapshot(), "SELECT 1");
    proxy.forget();
  }

  @AfterEach
  void stop() {
    assertThat(TestDatabase.await(manager.quiesce(BOUND))).isTrue();
    assertThat(manager.stats().acquired()).isZero();
    TestDatabase.end(manager);
    proxy.close();
  }

  private Long execute(SessionOptions options, String sql, Object... values) {
    return manager.execute(options, sql, values).as(TestDatabase::await);
  }

  private List<Integer> query(SessionOptions options, String sql, Object... values) {
    return manager
        .query(options, sql, row -> row.get(0, Integer.class), values)
        .collectList()
        .as(TestDatabase::await);
  }

  private static long rows() {
    return DATABASE.number("SELECT count(*) FROM flight_it.item");
  }

  /**
   * The fewest round trips of several tries: on a slow machine, a connection may not have answered
   * for longer than the window.
   */
  private int fewestRoundTripsOf(int enough, Runnable work) {
    int fewest = Integer.MAX_VALUE;
    for (int i = 0; i < 20 && fewest > enough; i++) {
      settle();
      fewest = Math.min(fewest, proxy.roundTripsOf(work));
    }
    return fewest;
  }

  @ParameterizedTest
  @ValueSource(strings = {"transaction", "startup"})
  void takesOneRoundTripForAWrite(String binding) {
    start(Map.of("SCHEMA_BINDING", binding, "OPENING_TIMEOUT", "20"));

    assertThat(fewestRoundTripsOf(1, () -> execute(WRITE, INSERT, 1))).isOne();
    assertThat(rows()).isPositive();
    assertThat(
            fewestRoundTripsOf(
                1,
                () ->
                    assertThat(query(WRITE, "UPDATE item SET id = $1 RETURNING id", 2))
                        .containsOnly(2)))
        .isOne();
    assertThat(fewestRoundTripsOf(1, () -> query(WRITE.readOnly(), "SELECT id FROM item"))).isOne();
  }

  @Test
  void takesOneRoundTripForAThreadThatWaits() {
    start(Map.of("OPENING_TIMEOUT", "20"));
    BlockingSessions waiting = manager.blocking();

    assertThat(fewestRoundTripsOf(1, () -> assertThat(waiting.execute(WRITE, INSERT, 1)).isOne()))
        .isOne();
    assertThat(waiting.query(WRITE, "SELECT id FROM item", row -> row.get(0, Integer.class)))
        .containsOnly(1);
  }

  @Test
  void sendsNothingForAThreadThatIsInterrupted() {
    start(Map.of());
    Thread.currentThread().interrupt();

    assertThatThrownBy(() -> manager.blocking().execute(WRITE, INSERT, 1))
        .isInstanceOf(SessionInterruptedException.class)
        .hasMessage("session 'orders' was interrupted before its statement was sent");
    assertThat(Thread.interrupted()).isTrue();
    settle();
    assertThat(rows()).isZero();
  }

  @ParameterizedTest
  @CsvSource({"INSERT INTO child VALUES (1)", "INSERT INTO child VALUES (1) RETURNING id"})
  void showsNothingThatADeferredConstraintRefuses(String sql) {
    start(Map.of());

    assertThatThrownBy(() -> execute(WRITE, sql))
        .isInstanceOfSatisfying(
            R2dbcException.class, e -> assertThat(e.getSqlState()).isEqualTo("23503"));
    settle();
    assertThatThrownBy(() -> query(WRITE, sql))
        .isInstanceOfSatisfying(
            R2dbcException.class, e -> assertThat(e.getSqlState()).isEqualTo("23503"));
    assertThat(DATABASE.number("SELECT count(*) FROM flight_it.child")).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {INSERT, "INSERT INTO flight_it.item VALUES ($1)"})
  void letsNothingLandWithoutItsSchemaOrRole(String sql) {
    start(Map.of());

    assertThatThrownBy(() -> execute(WRITE.in(new Schema("nowhere")), sql, 1))
        .isInstanceOf(UnknownSchemaException.class);
    assertThat(proxy.messages()).anyMatch(message -> message.text().equals(sql));
    settle();
    assertThatThrownBy(() -> execute(WRITE.as("nobody"), sql, 1))
        .isInstanceOf(RoleRefusedException.class);
    assertThat(proxy.messages()).anyMatch(message -> message.text().equals(sql));
    assertThat(rows()).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "INSERT INTO item VALUES (1); INSERT INTO item VALUES (2)",
        "SELECT pg_notify('a', 'b')",
        "NOTIFY a",
        "DO 'BEGIN END'",
        "/* ; */ SELECT 1"
      })
  void runsOtherTextsAsASession(String sql) {
    start(Map.of());

    execute(WRITE, sql);

    assertThat(proxy.messages()).anyMatch(message -> message.text().startsWith("BEGIN"));
  }

  @Test
  void runsAtAnotherIsolationAsASession() {
    start(Map.of());

    execute(WRITE.at(Isolation.SERIALIZABLE), INSERT, 1);

    assertThat(proxy.messages()).anyMatch(message -> message.text().startsWith("BEGIN"));
  }

  @Test
  void reportsALostAnswerAsUnknown() {
    start(Map.of());
    proxy.cutBeforeAnswerTo(message -> message.text().equals(INSERT));

    assertThatThrownBy(() -> execute(WRITE, INSERT, 1))
        .isInstanceOf(CommitOutcomeUnknownException.class)
        .hasMessage(
            "session 'orders' sent \"INSERT INTO item VALUES ($1)\" in one flight and got no answer"
                + " (08006 connection lost): look at what it has done before doing it again");
    proxy.cutBeforeAnswerTo(message -> false);
  }

  /** The reset of the one before has not been answered when the next one is sent. */
  @ParameterizedTest
  @ValueSource(strings = {"transaction", "startup"})
  void takesOneRoundTripForEachOfSeveralWrites(String binding) {
    start(Map.of("SCHEMA_BINDING", binding, "OPENING_TIMEOUT", "20"));
    Mono<Long> write = manager.execute(WRITE, INSERT, 1);
    Mono<?> read = manager.query(WRITE.readOnly(), "SELECT id FROM item", row -> 1).collectList();

    assertThat(
            fewestRoundTripsOf(
                6,
                () ->
                    TestDatabase.await(
                        write.then(write).then(write).then(read).then(write).then(read).then())))
        .isEqualTo(6);
    assertThat(rows()).isPositive();
    assertThat(TestDatabase.await(write.then(exitOnError()))).isEqualTo("off");
  }

  /** Behind an unanswered reset, the opening switches it on until its end. */
  private Mono<String> exitOnError() {
    return manager
        .query(WRITE, "SELECT current_setting('exit_on_error')", row -> row.get(0, String.class))
        .single();
  }

  @ParameterizedTest
  @ValueSource(strings = {INSERT, "INSERT INTO flight_it.item VALUES ($1)"})
  void letsNothingLandWithoutItsSchemaBehindAnUnansweredReset(String sql) {
    start(Map.of());
    Mono<Long> before = manager.execute(WRITE, "UPDATE item SET id = 1");
    Mono<Long> lost = manager.execute(WRITE.in(new Schema("nowhere")), sql, 1);

    // The server closes the connection, sometimes before the statement has reached the proxy.
    Awaitility.await()
        .until(
            () -> {
              assertThatThrownBy(() -> TestDatabase.await(before.then(lost)))
                  .isInstanceOf(UnknownSchemaException.class);
              assertThat(rows()).isZero();
              return proxy.messages().stream().anyMatch(message -> message.text().equals(sql));
            });
    execute(WRITE, INSERT, 1);
    assertThat(rows()).isOne();
  }

  /** It takes longer than the time-out that the statement leaves. */
  private Mono<Long> leavesAResetThatFails() {
    DATABASE.admin(
        "CREATE OR REPLACE FUNCTION flight_it.leave() RETURNS void LANGUAGE plpgsql AS $$ BEGIN"
            + " FOR i IN 1..400 LOOP EXECUTE 'CREATE TEMP TABLE kept_' || i || ' (id int)'; END LOOP;"
            + " CREATE TEMP TABLE item (id int);"
            + " PERFORM set_config('statement_timeout', '2', false); END $$");
    return manager.execute(WRITE, "SELECT leave()");
  }

  @Test
  void runsOnAnotherConnectionIfTheResetBeforeFails() {
    start(Map.of());

    TestDatabase.await(leavesAResetThatFails().then(manager.execute(WRITE, INSERT, 1)));

    assertThat(manager.stats().replayed()).isOne();
    assertThat(rows()).isOne();
  }

  @ParameterizedTest
  @ValueSource(strings = {INSERT, "INSERT INTO flight_it.item VALUES ($1)"})
  void letsNothingLandIfTheResetBeforeFailsAndItsOpening(String sql) {
    start(Map.of());
    Mono<Long> lost = manager.execute(WRITE.in(new Schema("nowhere")), sql, 1);

    assertThatThrownBy(() -> TestDatabase.await(leavesAResetThatFails().then(lost)))
        .isInstanceOf(UnknownSchemaException.class);

    assertThat(proxy.messages().stream().filter(message -> message.text().equals(sql))).hasSize(2);
    assertThat(rows()).isZero();
  }
}
