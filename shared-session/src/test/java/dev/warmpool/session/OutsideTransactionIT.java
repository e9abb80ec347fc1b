package dev.warmpool.session;

import static dev.warmpool.session.TestDatabase.BOUND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warmpool.session.testkit.PostgresServer;
import dev.warmpool.session.testkit.WireProxy;
import io.r2dbc.spi.R2dbcException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Sessions outside a transaction. */
class OutsideTransactionIT {

  private static final TestDatabase DATABASE = new TestDatabase(PostgresServer.shared());

  private static final SessionOptions OUTSIDE =
      SessionOptions.standard().named("build").outsideTransaction();

  private static final String INSERT = "INSERT INTO item VALUES (1)";
  private static final String CREATE = "CREATE INDEX CONCURRENTLY item_id ON item (id)";

  private static final String LOCK_KEPT =
      "DO $$ BEGIN EXECUTE (SELECT 'LOCK TABLE ' || oid::regclass FROM pg_class"
          + " WHERE relname = 'kept'); END $$";

  private WireProxy proxy;
  private SessionManager manager;

  @BeforeEach
  void start() {
    DATABASE.admin(
        "DROP SCHEMA IF EXISTS outside_it CASCADE; CREATE SCHEMA outside_it;"
            + "CREATE TABLE outside_it.item (id int)");
    proxy = WireProxy.to(DATABASE.server().port());
    manager =
        DATABASE.manager(
            "outside_it",
            Map.of(
                "POSTGRES_PORT", Integer.toString(proxy.port()),
                "OPENING_TIMEOUT", "0.3",
                "POOL_SIZE", "1",
                "MAX_OVERFLOW", "0"));
  }

  @AfterEach
  void stop() {
    assertThat(TestDatabase.await(manager.quiesce(BOUND))).isTrue();
    TestDatabase.end(manager);
    proxy.close();
  }

  private void run(SessionOptions options, String... texts) {
    manager
        .inSession(options, session -> Flux.fromArray(texts).concatMap(session::execute).then())
        .as(TestDatabase::await);
  }

  private static long rows() {
    return DATABASE.number("SELECT count(*) FROM outside_it.item");
  }

  private static long validIndexes(boolean valid) {
    return DATABASE.number(
        "SELECT count(*) FROM pg_index WHERE indisvalid = "
            + valid
            + " AND indrelid = 'outside_it.item'::regclass");
  }

  @Test
  void runWhatPostgresRefusesInATransaction() {
    run(
        OUTSIDE,
        CREATE,
        "VACUUM item",
        "DROP DATABASE IF EXISTS outside_it",
        "CREATE DATABASE outside_it",
        "DROP DATABASE outside_it;",
        "REINDEX TABLE CONCURRENTLY item");

    assertThat(validIndexes(true)).isOne();
    run(OUTSIDE.by(Deadline.after(BOUND)), "DROP INDEX CONCURRENTLY item_id");
    assertThat(validIndexes(true)).isZero();
  }

  @Test
  void runInTheirSchemaAsTheirRole() {
    DATABASE.admin(BoundRoles.FIXTURE);

    run(
        OUTSIDE.in(new Schema("bound_a")).as("bound_a"),
        "CREATE INDEX CONCURRENTLY bound_name ON item (name)");

    assertThat(
            DATABASE.column(
                "SELECT relowner::regrole::text FROM pg_class WHERE relname = 'bound_name'"))
        .containsExactly("bound_a");
  }

  /** They would be one transaction, which commits as a whole. */
  @ParameterizedTest
  @ValueSource(strings = {CREATE + "; SELECT 1", "SELECT 1; VACUUM item"})
  void refuseSeveralCommandsInOneText(String text) {
    assertThatThrownBy(() -> run(OUTSIDE, text))
        .isInstanceOfSatisfying(
            R2dbcException.class, e -> assertThat(e.getSqlState()).isEqualTo("25001"));
    assertThat(validIndexes(true)).isZero();
  }

  @Test
  void undoNothing() {
    assertThatThrownBy(
            () ->
                manager
                    .inSession(
                        OUTSIDE,
                        s ->
                            s.execute("INSERT INTO item VALUES ($1)", 1)
                                .then(s.execute("INSERT INTO item VALUES ($1), (1/0)", 2)))
                    .as(TestDatabase::await))
        .isInstanceOf(R2dbcException.class);
    assertThat(rows()).isOne();
  }

  @Test
  void leaveNoRightToWriteToReadOnlySessions() {
    run(OUTSIDE, INSERT);

    assertThatThrownBy(() -> run(SessionOptions.standard().readOnly(), INSERT))
        .isInstanceOfSatisfying(
            R2dbcException.class, e -> assertThat(e.getSqlState()).isEqualTo("25006"));
    assertThat(rows()).isOne();
  }

  /** Another session's lock on a temporary table makes the reset wait until its time-out. */
  @Test
  void leaveNoRightToWriteIfTheirResetFails() throws SQLException {
    try (Connection other = DATABASE.server().admin()) {
      other.setAutoCommit(false);
      Mono<Void> leaving =
          manager.inSession(
              OUTSIDE,
              s ->
                  s.execute("CREATE TEMP TABLE kept ()")
                      .then(s.execute("SET statement_timeout = 100"))
                      .then(elsewhere(() -> execute(other, LOCK_KEPT))));
      Mono<Long> next =
          manager.inSession(SessionOptions.standard().readOnly(), s -> s.execute(INSERT));

      assertThatThrownBy(() -> TestDatabase.await(leaving.then(next)))
          .isInstanceOfSatisfying(
              R2dbcException.class, e -> assertThat(e.getSqlState()).isEqualTo("25006"));
      other.rollback();
    }
    assertThat(manager.stats().opened()).isEqualTo(2);
    assertThat(rows()).isZero();
  }

  /** A text of a read-only session can give itself the right; the next one must not have it. */
  @Test
  void nextToThemAReadOnlySessionLeavesNoRightToWriteEither() throws SQLException {
    try (Connection other = DATABASE.server().admin()) {
      other.setAutoCommit(false);
      Mono<Void> leaving =
          manager.inSession(
              SessionOptions.standard().readOnly(),
              s ->
                  s.execute("SET default_transaction_read_only = off")
                      .then(s.execute("CREATE TEMP TABLE kept ()"))
                      .then(s.execute("SET statement_timeout = 100"))
                      .then(elsewhere(() -> execute(other, LOCK_KEPT))));
      Mono<Long> next =
          manager.inSession(SessionOptions.standard().readOnly(), s -> s.execute(INSERT));

      assertThatThrownBy(() -> TestDatabase.await(leaving.then(next)))
          .isInstanceOfSatisfying(
              R2dbcException.class, e -> assertThat(e.getSqlState()).isEqualTo("25006"));
      other.rollback();
    }
    assertThat(manager.stats().opened()).isEqualTo(2);
    assertThat(rows()).isZero();
  }

  private static Mono<Void> elsewhere(Runnable work) {
    return Mono.<Void>fromRunnable(work).subscribeOn(Schedulers.boundedElastic());
  }

  private static void execute(Connection connection, String sql) {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void takeTwoRoundTripsMoreThanTheirStatements() {
    run(OUTSIDE, INSERT);

    assertThat(proxy.roundTripsOf(() -> run(OUTSIDE, INSERT, INSERT))).isEqualTo(1 + 2 + 1);
  }

  @Test
  void refuseWhatNeedsATransaction() {
    assertThatIllegalStateException()
        .isThrownBy(
            () ->
                manager
                    .inSession(OUTSIDE, s -> s.savepoint(part -> part.execute(INSERT)))
                    .as(TestDatabase::await))
        .withMessage("session 'build' runs outside a transaction: it undoes nothing");
    String retries =
        "session 'build' runs outside a transaction and has 2 retries: it is not run again,"
            + " because nothing of it is undone; use retrying(0)";
    assertThatIllegalArgumentException().isThrownBy(() -> OUTSIDE.retrying(2)).withMessage(retries);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SessionOptions.standard().named("build").retrying(2).outsideTransaction())
        .withMessage(retries);
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> manager.stream(OUTSIDE, s -> s.query("SELECT 1", row -> 1)).blockFirst(BOUND))
        .withMessage(
            "session 'build' runs outside a transaction: its result is seen at its end, by"
                + " inSession; stream from readOnly() or snapshot()");
    assertThatThrownBy(() -> run(OUTSIDE, "BEGIN"))
        .isInstanceOf(TransactionControlException.class)
        .hasMessage(
            "session 'build' sends no text with BEGIN: it runs outside a transaction; for one, use"
                + " a read-write session");
    assertThat(rows()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"pgbouncer", "rds-proxy"})
  void refuseAPooler(String pooler) {
    SessionManager pooled = DATABASE.manager("outside_it", Map.of("POSTGRES_POOLER", pooler));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> pooled.inSession(OUTSIDE, s -> s.execute(INSERT)).block(BOUND))
        .withMessage(
            "session 'build' runs outside a transaction, which takes a direct connection:"
                + " POSTGRES_POOLER is "
                + pooler);
    TestDatabase.end(pooled);
  }

  @Test
  void letNothingLandWithoutTheirSchemaOrRole() {
    String insert = "INSERT INTO outside_it.item VALUES (1)";

    assertThatThrownBy(() -> run(OUTSIDE.in(new Schema("nowhere")), insert))
        .isInstanceOf(UnknownSchemaException.class);
    assertThatThrownBy(() -> run(OUTSIDE.as("nobody"), insert))
        .isInstanceOf(RoleRefusedException.class);
    assertThat(proxy.messages()).noneMatch(message -> message.text().equals(insert));
  }

  @Test
  void sendTheOpeningAgainButNoStatement() {
    run(OUTSIDE, INSERT);
    proxy.swallowAnswers();

    run(OUTSIDE, INSERT);

    assertThat(manager.stats().replayed()).isOne();
    assertThat(rows()).isEqualTo(2);
  }

  @Test
  void reportALostAnswerAsUnknown() {
    proxy.cutBeforeAnswerTo(message -> message.text().equals(INSERT));

    assertThatThrownBy(() -> run(OUTSIDE, INSERT))
        .isInstanceOf(CommitOutcomeUnknownException.class)
        .hasMessage(
            "session 'build' sent \"INSERT INTO item VALUES (…)\" outside a transaction and got no answer (08006 connection lost): look at what"
                + " it has done before doing it again");
    proxy.cutBeforeAnswerTo(message -> false);
    Awaitility.await().untilAsserted(() -> assertThat(rows()).isOne());
    assertThat(proxy.messages().stream().filter(m -> m.text().equals(INSERT))).hasSize(1);
    run(OUTSIDE, INSERT);
  }

  /** Another session's lock makes the command wait. */
  @Test
  void areCutAtTheirDeadlineAndLeaveAnInvalidIndex() throws SQLException {
    try (Connection other = DATABASE.server().admin();
        Statement statement = other.createStatement()) {
      other.setAutoCommit(false);
      statement.execute("INSERT INTO outside_it.item VALUES (7)");

      assertThatThrownBy(
              () -> run(OUTSIDE.by(Deadline.after(Duration.ofMillis(500))), "SELECT 1", CREATE))
          .isInstanceOf(DeadlineExceededException.class)
          .hasMessage(
              "session 'build' was not over at its deadline, while running \""
                  + CREATE
                  + "\": what it has done is not undone");
      Awaitility.await()
          .until(
              () ->
                  DATABASE.number(
                          "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query = '"
                              + CREATE
                              + "'")
                      == 0);
      other.rollback();
    }
    assertThat(validIndexes(false)).isOne();
    run(OUTSIDE, "DROP INDEX CONCURRENTLY item_id", CREATE);
    assertThat(validIndexes(true)).isOne();
  }

  @Test
  void areCutWhenTheirCallerLeaves() {
    String sleep = "INSERT INTO item SELECT 1 FROM pg_sleep(30)";
    Mono<Void> running =
        elsewhere(() -> Awaitility.await().until(() -> DATABASE.states().contains("active")));

    manager
        .inSession(OUTSIDE, s -> s.execute(sleep))
        .takeUntilOther(running)
        .as(TestDatabase::await);

    assertThat(TestDatabase.await(manager.quiesce(BOUND))).isTrue();
    Awaitility.await().until(() -> !DATABASE.states().contains("active"));
    assertThat(rows()).isZero();
  }

  /** Until the opening was acknowledged, the statement has not been sent. */
  @Test
  void sendNothingOnceTheirCallerHasLeft() {
    run(OUTSIDE, "SELECT 1");
    proxy.delay(Duration.ofMillis(40));

    manager
        .inSession(OUTSIDE, s -> s.execute(INSERT))
        .takeUntilOther(Mono.delay(Duration.ofMillis(20)))
        .as(TestDatabase::await);

    assertThat(TestDatabase.await(manager.quiesce(BOUND))).isTrue();
    assertThat(proxy.messages()).noneMatch(message -> message.text().equals(INSERT));
  }
}
