package dev.warmpool.session;

import static dev.warmpool.session.TestDatabase.COUNTS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmpool.session.testkit.PostgresServer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

/** No later statement takes effect after a statement's text has ended the transaction. */
class TransactionControlIT {

  private static final TestDatabase DATABASE = new TestDatabase(PostgresServer.shared());
  private static final int CANCELS = 150 * COUNTS;
  private static final String INSERT = "INSERT INTO control_it.item VALUES (1)";

  private SessionManager manager;

  @BeforeEach
  void start() {
    DATABASE.admin(
        """
        DROP SCHEMA IF EXISTS control_it CASCADE;
        CREATE SCHEMA control_it;
        CREATE TABLE control_it.item (id int);
        CREATE PROCEDURE control_it.committing() LANGUAGE plpgsql AS 'BEGIN COMMIT; END';
        """);
    manager = DATABASE.manager("control_it", Map.of());
  }

  @AfterEach
  void stop() {
    assertThat(manager.stats().acquired()).isZero();
    TestDatabase.end(manager);
  }

  private long items() {
    return DATABASE.number("SELECT count(*) FROM control_it.item");
  }

  private Mono<Long> after(SessionOptions options, String control) {
    return manager.inSession(
        options,
        s ->
            s.execute("SELECT 1")
                .then(s.execute(control).onErrorReturn(0L))
                .then(s.execute(INSERT)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "COMMIT",
        "END",
        "ROLLBACK",
        "ABORT",
        "COMMIT; BEGIN",
        "COMMIT; BEGIN READ WRITE",
        "ROLLBACK; START TRANSACTION READ WRITE",
        "COMMIT AND CHAIN",
        "commit and chain",
        "ROLLBACK AND CHAIN",
        "PREPARE TRANSACTION 'x'",
        "CALL committing()",
        "SELECT 1; COMMIT; SELECT 1/0"
      })
  void refusesStatementsAfterTransactionControlInAReadWriteSession(String control) {
    assertThat(TestDatabase.await(after(SessionOptions.standard(), control).onErrorReturn(-1L)))
        .isEqualTo(-1);
    assertThat(items()).isZero();
    assertThat(TestDatabase.pid(manager, SessionOptions.standard())).isPositive();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "BEGIN",
        "BEGIN READ WRITE",
        "START TRANSACTION READ WRITE",
        "SET TRANSACTION READ WRITE",
        "COMMIT",
        "CALL committing()",
        "BEGIN; SELECT 1/0"
      })
  void refusesStatementsAfterTransactionControlInAReadOnlySession(String control) {
    assertThat(
            TestDatabase.await(
                after(SessionOptions.standard().readOnly(), control).onErrorReturn(-1L)))
        .isEqualTo(-1);
    assertThat(items()).isZero();
  }

  @Test
  void allowsControlWordsThatEndNoTransaction() {
    manager
        .inSession(
            SessionOptions.standard(),
            s ->
                s.execute("SELECT CASE WHEN 'commit' = 'rollback' THEN 1 END; -- abort")
                    .then(s.execute(INSERT)))
        .as(TestDatabase::await);
    assertThat(items()).isEqualTo(1);
  }

  @Test
  void commitsNothingIfTheOpeningIsCancelled() throws Exception {
    Integer pid = TestDatabase.pid(manager, SessionOptions.standard());
    AtomicBoolean over = new AtomicBoolean();
    Thread canceller = new Thread(() -> cancelUntil(over, pid), "canceller");
    canceller.start();
    for (int i = 0; i < CANCELS; i++) {
      manager
          .inSession(
              SessionOptions.standard(),
              s -> s.execute(INSERT).then(Mono.error(new IllegalStateException("undone"))))
          .onErrorResume(error -> Mono.empty())
          .as(TestDatabase::await);
    }
    over.set(true);
    canceller.join();
    assertThat(items()).isZero();
  }

  private static void cancelUntil(AtomicBoolean over, Integer pid) {
    try (Connection connection = DATABASE.server().admin();
        PreparedStatement cancel =
            connection.prepareStatement("SELECT pg_cancel_backend(" + pid + ")")) {
      while (!over.get()) {
        cancel.execute();
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
