package dev.warmpool.session;

import static dev.warmpool.session.TestDatabase.BOUND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.warmpool.session.SessionOptions.Isolation;
import dev.warmpool.session.testkit.PgBouncer;
import dev.warmpool.session.testkit.PostgresServer;
import dev.warmpool.session.testkit.WireProxy;
import io.r2dbc.spi.R2dbcException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** The outcome of a COMMIT that has the reset behind it in the same message. */
class PgBouncerCommitIT {

  private static final TestDatabase DATABASE = new TestDatabase(PostgresServer.shared());

  private static final String LOCKS = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'";

  private PgBouncer bouncer;
  private WireProxy proxy;
  private SessionManager manager;

  @BeforeEach
  void start() {
    PgBouncer.assumeInstalled();
    DATABASE.admin(
        "DROP SCHEMA IF EXISTS commit_it CASCADE; CREATE SCHEMA commit_it;"
            + "CREATE TABLE commit_it.item (id int UNIQUE DEFERRABLE INITIALLY DEFERRED)");
    bouncer = PgBouncer.to(DATABASE.server().port(), "postgres");
    proxy = WireProxy.to(bouncer.port());
    manager =
        DATABASE.manager(
            "commit_it",
            Map.of(
                "POSTGRES_PORT", Integer.toString(proxy.port()),
                "POSTGRES_POOLER", "pgbouncer",
                "POOL_SIZE", "1",
                "MAX_OVERFLOW", "0"));
  }

  @AfterEach
  void stop() {
    if (manager != null) {
      assertThat(TestDatabase.await(manager.quiesce(BOUND))).isTrue();
      assertThat(manager.stats().acquired()).isZero();
      TestDatabase.end(manager);
      proxy.close();
      bouncer.close();
    }
  }

  private static Mono<Long> insert(Session session, int id) {
    return session.execute("INSERT INTO item VALUES ($1)", id);
  }

  private static long items() {
    return DATABASE.number("SELECT count(*) FROM commit_it.item");
  }

  private static void fails(Mono<?> session, String state) {
    assertThatThrownBy(() -> TestDatabase.await(session))
        .isInstanceOfSatisfying(
            R2dbcException.class, error -> assertThat(error.getSqlState()).isEqualTo(state));
  }

  @Test
  void commitsNothingOfAFailedTransactionWhoseErrorWasSwallowed() {
    SessionOptions options = SessionOptions.standard();

    assertThatThrownBy(
            () ->
                manager
                    .inSession(
                        options, s -> insert(s, 1).then(s.execute("SELECT 1/0").onErrorReturn(0L)))
                    .as(TestDatabase::await))
        .isInstanceOf(TransactionFailedException.class)
        .hasMessageContaining("22012");

    assertThat(items()).isZero();
    manager.inSession(options, s -> insert(s, 1)).as(TestDatabase::await);
    assertThat(items()).isEqualTo(1);
  }

  @Test
  void passesOnTheErrorOfADeferredConstraint() {
    SessionOptions options = SessionOptions.standard();

    fails(manager.inSession(options, s -> insert(s, 1).then(insert(s, 1))), "23505");

    assertThat(items()).isZero();
    manager.inSession(options, s -> insert(s, 1)).as(TestDatabase::await);
    assertThat(items()).isEqualTo(1);
  }

  @Test
  void doesNotKnowTheOutcomeOfACommitThatGotNoAnswer() {
    proxy.cutBeforeAnswerTo(message -> message.text().contains(";COMMIT AND CHAIN;"));

    assertThatThrownBy(
            () ->
                manager
                    .inSession(SessionOptions.standard(), s -> insert(s, 1))
                    .as(TestDatabase::await))
        .isInstanceOf(CommitOutcomeUnknownException.class);
  }

  /** The reset waits for a lock and is cancelled at the deadline; COMMIT was acknowledged. */
  @Test
  void closesOnlyTheConnectionIfTheResetFailsBehindCommit() throws SQLException {
    int before;
    try (Connection other = DATABASE.server().admin();
        Statement locks = other.createStatement()) {
      other.setAutoCommit(false);
      before =
          manager
              .inSession(
                  SessionOptions.until(Deadline.after(Duration.ofSeconds(1))),
                  s ->
                      insert(s, 1)
                          .then(s.execute("CREATE TEMP TABLE item AS SELECT 'poison'"))
                          .then(TestDatabase.pid(s))
                          .doOnNext(pid -> lock(locks)))
              .as(TestDatabase::await);
      assertThat(items()).isEqualTo(1);
      other.rollback();
    }
    assertThat(TestDatabase.pid(manager, SessionOptions.standard())).isNotEqualTo(before);
    await()
        .untilAsserted(
            () ->
                assertThat(
                        DATABASE.number(
                            "SELECT count(*) FROM pg_class WHERE relname = 'item'"
                                + " AND relpersistence = 't'"))
                    .isZero());
  }

  private static void lock(Statement statement) {
    try {
      statement.execute("LOCK TABLE pg_catalog.pg_depend IN SHARE MODE");
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** COMMIT itself lets go of the server's connection even if it fails: no later reset is sure. */
  @Test
  void leavesNothingBehindACommitThatFailsToSerialize() throws SQLException {
    SessionOptions options = SessionOptions.standard().at(Isolation.SERIALIZABLE);
    proxy.cutInsteadOf(message -> message.text().startsWith("ROLLBACK"));
    try (Connection other = DATABASE.server().admin();
        Statement statement = other.createStatement()) {
      other.setAutoCommit(false);
      other.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
      Mono<Long> session =
          manager.inSession(
              options,
              s ->
                  s.execute("SELECT * FROM item")
                      .then(s.execute("SELECT pg_advisory_lock(-5), pg_advisory_lock_shared(3, 4)"))
                      .then(s.execute("PREPARE poison AS SELECT 1"))
                      .then(insert(s, 1))
                      .doOnNext(n -> skew(other, statement)));
      fails(session, "40001");
    }
    assertThat(items()).isEqualTo(1);
    // a conflict found before COMMIT leaves the block open: its server process ends with the client
    await().untilAsserted(() -> assertThat(DATABASE.number(LOCKS)).isZero());
    proxy.cutInsteadOf(message -> false);
    Mono<Long> prepared =
        manager.inSession(
            SessionOptions.standard(),
            s ->
                s.query(
                        "SELECT count(*) FROM pg_prepared_statements",
                        row -> row.get(0, Long.class))
                    .single());
    assertThat(TestDatabase.await(prepared)).isZero();
  }

  /** The error comes while the transaction still holds the server's connection. */
  @Test
  void leavesNothingBehindADeferredConstraintThatFails() {
    SessionOptions options = SessionOptions.standard();
    proxy.cutInsteadOf(message -> message.text().startsWith("ROLLBACK"));

    fails(
        manager.inSession(
            options,
            s -> s.execute("SELECT pg_advisory_lock(-5)").then(insert(s, 1)).then(insert(s, 1))),
        "23505");

    await().untilAsserted(() -> assertThat(DATABASE.number(LOCKS)).isZero());
  }

  private static void skew(Connection other, Statement statement) {
    try {
      statement.execute("SELECT * FROM commit_it.item");
      statement.execute("INSERT INTO commit_it.item VALUES (2)");
      other.commit();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Other sessions must not get a lock before the work that it protects is visible. */
  @Test
  void holdsAdvisoryLocksUntilTheCommit() {
    manager
        .inSession(
            SessionOptions.standard().at(Isolation.SERIALIZABLE),
            s -> s.execute("SELECT pg_advisory_lock(-5), pg_advisory_lock(-3, 4)"))
        .as(TestDatabase::await);

    String commit =
        proxy.messages().stream()
            .map(message -> message.text())
            .filter(text -> text.contains(";COMMIT AND CHAIN;"))
            .findFirst()
            .orElseThrow();
    assertThat(commit).containsSubsequence("pg_advisory_xact_lock", "unlock_all", "COMMIT");
    assertThat(DATABASE.number(LOCKS)).isZero();
  }

  @Test
  void namesATextThatResetsTheMarkOfTheSession() {
    assertThatThrownBy(
            () ->
                manager
                    .inSession(
                        SessionOptions.standard(), s -> insert(s, 1).then(s.execute("RESET ALL")))
                    .as(TestDatabase::await))
        .isInstanceOf(TransactionControlException.class)
        .hasMessageContaining("all settings reset");

    assertThat(items()).isZero();
  }

  /** A cancel that comes during COMMIT strikes the command behind it. */
  @Test
  void leavesNothingIfCancelsComeLate() throws Exception {
    AtomicBoolean over = new AtomicBoolean();
    Thread canceller = new Thread(() -> cancelUntil(over), "canceller");
    canceller.start();
    try (RawClient other = new RawClient(bouncer.port())) {
      for (int i = 0; i < 150; i++) {
        manager
            .inSession(
                SessionOptions.standard(),
                s ->
                    s.execute("SELECT pg_advisory_lock(-7)")
                        .then(s.execute("CREATE TEMP TABLE IF NOT EXISTS late AS SELECT 1")))
            .onErrorComplete()
            .as(TestDatabase::await);
        assertThat(seenBy(other)).isIn("0", "cancelled");
      }
    } finally {
      over.set(true);
      canceller.join();
    }
  }

  /** What another client finds on the server's connection. */
  private static String seenBy(RawClient other) {
    try {
      return String.valueOf(
          other.transaction(
              "SELECT (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"
                  + " AND pid = pg_backend_pid())"
                  + " + (SELECT count(*) FROM pg_class WHERE oid = to_regclass('pg_temp.late'))"));
    } catch (R2dbcException cancelled) {
      return "cancelled";
    }
  }

  private static void cancelUntil(AtomicBoolean over) {
    try (Connection admin = DATABASE.server().admin();
        Statement statement = admin.createStatement()) {
      while (!over.get()) {
        statement.execute(
            "SELECT pg_cancel_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
                + " AND query LIKE '%RESET SESSION AUTHORIZATION%'");
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
