package dev.warmpool.session;

import static dev.warmpool.session.TestDatabase.COUNTS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warmpool.session.testkit.PostgresServer;
import dev.warmpool.session.testkit.WireProxy;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.Row;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** No later statement takes effect after a statement's text has ended the transaction. */
class TransactionControlIT {

  private static final TestDatabase DATABASE = new TestDatabase(PostgresServer.shared());
  private static final int CANCELS = 150 * COUNTS;
  private static final String INSERT = "INSERT INTO control_it.item VALUES (1)";

  private static final List<String> COMMANDS =
      List.of(
          "BEGIN",
          "START TRANSACTION",
          "COMMIT",
          "END",
          "ROLLBACK",
          "ABORT",
          "PREPARE TRANSACTION 'x'");

  private WireProxy proxy;
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
    proxy = WireProxy.to(DATABASE.server().port());
    manager =
        DATABASE.manager("control_it", Map.of("POSTGRES_PORT", Integer.toString(proxy.port())));
  }

  @AfterEach
  void stop() {
    assertThat(manager.stats().acquired()).isZero();
    TestDatabase.end(manager);
    proxy.close();
  }

  /** A mapper that kills the session's backend. */
  private static int kill(Row row) {
    DATABASE.killAll();
    return 1;
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
        "PREPARE TRANSACTION 'x'; BEGIN READ WRITE",
        "BEGIN",
        "START TRANSACTION",
        "/* a comment */ ;\tcOmMiT\n-- a comment",
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
        "END",
        "ROLLBACK",
        "ABORT",
        "PREPARE TRANSACTION 'x'",
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

  static Stream<Arguments> commandsInEveryKind() {
    SessionOptions standard = SessionOptions.standard();
    return Stream.of(
            standard, standard.readOnly(), standard.snapshot(), standard.outsideTransaction())
        .flatMap(options -> COMMANDS.stream().map(command -> Arguments.of(options, command)));
  }

  @ParameterizedTest
  @MethodSource("commandsInEveryKind")
  void sendsNoTextWithTransactionControl(SessionOptions options, String command) {
    proxy.forget();
    String text = command + " -- refused";

    for (boolean first : new boolean[] {true, false}) {
      assertRefused(options, s -> ready(s, first).then(s.execute(text)));
      assertRefused(options, s -> ready(s, first).thenMany(s.query(text, row -> 1)).then());
      assertRefused(
          options,
          s -> ready(s, first).thenMany(s.connection().createStatement(text).execute()).then());
      assertRefused(
          options,
          s ->
              ready(s, first)
                  .thenMany(s.connection().createBatch().add("SELECT 1").add(text).execute())
                  .then());
      if (options.kind() != SessionOptions.Kind.OUTSIDE_TRANSACTION) { // it takes no batch
        Flux<Object[]> rows = Flux.just(new Object[0], new Object[0]);
        assertRefused(options, s -> ready(s, first).then(s.batch(text, rows)));
      }
    }
    assertThatThrownBy(() -> TestDatabase.await(manager.execute(options, text)))
        .isInstanceOf(TransactionControlException.class);
    assertThatThrownBy(() -> TestDatabase.await(manager.query(options, text, row -> 1).then()))
        .isInstanceOf(TransactionControlException.class);
    assertThatThrownBy(() -> manager.blocking().execute(options, text))
        .isInstanceOf(TransactionControlException.class);

    assertThat(proxy.messages()).noneMatch(message -> message.text().contains(text));
    // of many refusals each could cost a connection, but for a rollback that a busy machine delays
    assertThat(manager.stats().opened()).isLessThan(4);
  }

  private static Mono<Long> ready(Session session, boolean first) {
    return first ? Mono.empty() : session.execute("SELECT 1");
  }

  private void assertRefused(SessionOptions options, Function<Session, Mono<?>> work) {
    assertThatThrownBy(
            () -> TestDatabase.await(manager.inSession(options, s -> work.apply(s).then())))
        .isInstanceOf(TransactionControlException.class);
  }

  /** The check behind a text that may end the transaction is not answered, or fails otherwise. */
  @Test
  void takesALostConnectionBehindAControlWordForWhatItIs() {
    proxy.cutBeforeAnswerTo(message -> message.text().startsWith("SELECT 1/(coalesce"));

    assertThatThrownBy(
            () ->
                TestDatabase.await(
                    manager.inSession(
                        SessionOptions.standard(),
                        s -> s.execute("SELECT 1 AS \"end\" WHERE $1 = 1", 1))))
        .isInstanceOfSatisfying(
            R2dbcException.class, error -> assertThat(error.getSqlState()).isEqualTo("08006"));
  }

  @Test
  void takesAKilledBackendBehindAControlWordForWhatItIs() {
    assertThatThrownBy(
            () ->
                TestDatabase.await(
                    manager.inSession(
                        SessionOptions.standard(),
                        s ->
                            s.query(
                                    "SELECT 1 AS \"end\", pg_backend_pid() WHERE $1 = 1",
                                    TransactionControlIT::kill,
                                    1)
                                .then())))
        .isInstanceOfSatisfying(
            R2dbcException.class, error -> assertThat(error.getSqlState()).isIn("57P01", "08006"));
  }

  @Test
  void takesTheDeadlineBehindAControlWordForWhatItIs() {
    proxy.swallowAnswersTo(message -> message.text().startsWith("SELECT 1/(coalesce"));

    assertThatThrownBy(
            () ->
                TestDatabase.await(
                    manager.inSession(
                        SessionOptions.until(Deadline.after(Duration.ofMillis(500))),
                        s -> s.execute("SELECT 1 AS \"end\" WHERE $1 = 1", 1))))
        .isInstanceOf(DeadlineExceededException.class);
  }

  @Test
  void takesALostOpeningForWhatItIs() {
    SessionManager once =
        DATABASE.manager(
            "control_it",
            Map.of("POSTGRES_PORT", Integer.toString(proxy.port()), "POOL_PRE_PING", "false"));
    proxy.cutBeforeAnswerTo(message -> message.text().contains("regnamespace"));

    Mono<Long> swallowed =
        once.inSession(SessionOptions.standard(), s -> s.execute("SELECT 1").onErrorReturn(0L));

    assertThatThrownBy(() -> TestDatabase.await(swallowed))
        .isInstanceOfSatisfying(
            R2dbcException.class, error -> assertThat(error.getSqlState()).isEqualTo("08006"));
    TestDatabase.end(once);
  }

  @Test
  void findsWhatOnlyTheServerReadsAsTransactionControl() {
    String hidden = "SELECT '\\''; COMMIT; SELECT '\\''";

    assertRefused(
        SessionOptions.standard(),
        s ->
            s.execute("SET LOCAL standard_conforming_strings = off")
                .then(s.execute(hidden))
                .then(s.execute(INSERT)));
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
