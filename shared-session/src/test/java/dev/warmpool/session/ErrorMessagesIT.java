package dev.warmpool.session;

import static dev.warmpool.session.TestDatabase.BOUND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.warmpool.session.internal.postgres.SqlStates;
import dev.warmpool.session.settings.SessionSettings;
import dev.warmpool.session.testkit.PostgresServer;
import dev.warmpool.session.testkit.WireProxy;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Checks the message of each exception to the letter, and the values that it carries. */
class ErrorMessagesIT {

  private static final TestDatabase DATABASE = new TestDatabase(PostgresServer.shared());
  private static final SessionOptions ORDER = SessionOptions.standard().named("order");

  private WireProxy proxy;
  private SessionManager manager;

  @BeforeEach
  void start() {
    proxy = WireProxy.to(DATABASE.server().port());
    connect(Map.of());
  }

  private void connect(Map<String, String> changes) {
    Map<String, String> settings = new HashMap<>(changes);
    settings.putIfAbsent("POSTGRES_PORT", Integer.toString(proxy.port()));
    settings.putIfAbsent("MAX_OVERFLOW", "0");
    manager = DATABASE.manager("public", settings);
  }

  /** Statements whose connection was closed go on for seconds, on a server that others share. */
  @AfterAll
  static void endStatements() {
    DATABASE.killAll();
  }

  @AfterEach
  void stop() {
    assertThat(manager.quiesce(BOUND).block(BOUND)).isTrue();
    assertThat(manager.stats().acquired()).isZero();
    TestDatabase.end(manager);
    proxy.close();
  }

  private <E extends Throwable> E failure(
      Class<E> type, SessionOptions options, Function<Session, Mono<?>> work) {
    return catchThrowableOfType(
        type, () -> manager.inSession(options, s -> work.apply(s).then()).block(BOUND));
  }

  private static Mono<Long> one(Session session) {
    return session.execute("SELECT 1");
  }

  @Test
  void reportsTheLastErrorOfAServerWithoutFreeConnections() {
    DATABASE.admin(
        "DROP ROLE IF EXISTS narrow; CREATE ROLE narrow LOGIN CONNECTION LIMIT 0 PASSWORD 'n'");
    connect(Map.of("POSTGRES_USER", "narrow", "POOL_TIMEOUT", "0.4"));

    SessionUnavailableException error =
        failure(SessionUnavailableException.class, ORDER, ErrorMessagesIT::one);

    assertThat(error.getMessage())
        .matches(
            "no connection within 400 ms \\(POOL_TIMEOUT\\): [01] of 1 in use, 0 idle, 0 waiting;"
                + " last connect error 53300 too many connections for role \"narrow\"");
    assertThat(error.waited()).isBetween(Duration.ofMillis(400), Duration.ofSeconds(5));
    assertThat(error.stats().max()).isOne();
    assertThat(SqlStates.sqlState(error.getCause())).isEqualTo("53300");
  }

  @Test
  void reportsTheAddressThatRefusedTheConnection() {
    connect(Map.of("POSTGRES_PORT", "1", "POOL_TIMEOUT", "0.4"));

    assertThat(failure(SessionUnavailableException.class, ORDER, ErrorMessagesIT::one))
        .hasMessageMatching(
            "no connection within 400 ms \\(POOL_TIMEOUT\\): [01] of 1 in use, 0 idle, 0 waiting;"
                + " last connect error Connection refused: /127.0.0.1:1: check POSTGRES_HOST and"
                + " POSTGRES_PORT, that the server runs, and the network's routes and security"
                + " groups");
  }

  @Test
  void reportsTheHostThatHasNoAddress() {
    connect(Map.of("POSTGRES_HOST", "nowhere.invalid", "POOL_TIMEOUT", "3"));

    assertThat(failure(SessionUnavailableException.class, ORDER, ErrorMessagesIT::one))
        .hasMessageContaining("last connect error Failed to resolve 'nowhere.invalid'")
        .hasMessageEndingWith(": check POSTGRES_HOST and the network's DNS");
  }

  @Test
  void reportsTheDeadlineIfItIsShorterThanPoolTimeout() {
    manager
        .inSession(
            ORDER,
            outer ->
                one(outer)
                    .then(
                        Mono.fromRunnable(
                                () -> {
                                  SessionUnavailableException error =
                                      failure(
                                          SessionUnavailableException.class,
                                          ORDER.by(Deadline.after(Duration.ofMillis(300))),
                                          ErrorMessagesIT::one);
                                  assertThat(error.getMessage())
                                      .matches(
                                          "no connection within [12]\\d\\d ms \\(the session's"
                                              + " deadline\\): 1 of 1 in use, 0 idle, 1 waiting; waited for a"
                                              + " place in the pool");
                                  assertThat(error.stats().acquired()).isOne();
                                })
                            .subscribeOn(Schedulers.boundedElastic())))
        .block(BOUND);
  }

  @Test
  void reportsRefusedCredentials() {
    connect(Map.of("POSTGRES_USER", "nobody_by_this_name"));

    assertThat(failure(SessionUnavailableException.class, ORDER, ErrorMessagesIT::one))
        .hasMessage(
            "cannot connect: 28000 role \"nobody_by_this_name\" does not exist: check"
                + " POSTGRES_USER");
  }

  @Test
  void reportsAMissingDatabase() {
    connect(Map.of("POSTGRES_DB", "nowhere"));

    assertThat(failure(SessionUnavailableException.class, ORDER, ErrorMessagesIT::one))
        .hasMessage("cannot connect: 3D000 database \"nowhere\" does not exist: check POSTGRES_DB");
  }

  @Test
  void reportsHowManyConnectionsLeftTheOpeningUnanswered() {
    proxy.cutBeforeAnswerTo(message -> message.text().startsWith("BEGIN"));

    SessionUnavailableException error =
        failure(SessionUnavailableException.class, ORDER, ErrorMessagesIT::one);

    assertThat(error)
        .hasMessage(
            "no answer to the session's opening on 3 connections, one after another;"
                + " last error 08006 connection lost");
    assertThat(error.stats().replayed()).isEqualTo(2);
    assertThat(error.waited()).isPositive();
  }

  @Test
  void reportsAFirstOpeningThatIsNeverAnswered() {
    connect(Map.of("OPENING_TIMEOUT", "0.2", "POOL_TIMEOUT", "1.5"));
    proxy.swallowAnswersTo(message -> message.text().startsWith("BEGIN"));

    SessionUnavailableException error =
        failure(SessionUnavailableException.class, ORDER, ErrorMessagesIT::one);

    assertThat(error)
        .hasMessage(
            "no answer to the session's opening on 2 connections, one after another;"
                + " last error TimeoutException: no answer within 1500 ms (POOL_TIMEOUT)");
    assertThat(error.waited()).isBetween(Duration.ofMillis(3000), Duration.ofSeconds(15));
  }

  @Test
  void reportsEveryFaultOfTheSettings() {
    SettingsException error =
        catchThrowableOfType(
            SettingsException.class,
            () ->
                SessionSettings.from(
                    Map.of(
                        "POSTGRES_HOST", "db.example",
                        "POSTGRES_DB", "shop",
                        "POSTGRES_USER", "app",
                        "POSTGRES_PASSWORT", "hunter2",
                        "POSTGRES_PASSWORD", "hunter2",
                        "POSTGRES_SECRET_ARN", "arn:hunter2",
                        "POSTGRES_SSL_MODE", "allow",
                        "POSTGRES_SSL_ROOT_CERT", "/nowhere/roots.pem")));

    assertThat(error)
        .hasMessage(
            """
            4 faults in the settings:
              - POSTGRES_PASSWORT is no setting: did you mean POSTGRES_PASSWORD?
              - POSTGRES_PASSWORD, POSTGRES_SECRET_ARN, POSTGRES_IAM_AUTH=true: 2 are set; set\
             exactly one
              - POSTGRES_SSL_MODE is 'allow': must be one of disable, require, verify-ca,\
             verify-full
              - POSTGRES_SSL_ROOT_CERT is '/nowhere/roots.pem': must be the path of a PEM file""");
    assertThat(error.faults()).hasSize(4);
  }

  @Test
  void reportsAnUnknownSchema() {
    UnknownSchemaException error =
        failure(
            UnknownSchemaException.class, ORDER.in(new Schema("nowhere")), ErrorMessagesIT::one);

    assertThat(error).hasMessage("schema 'nowhere' does not exist: create and migrate it first");
    assertThat(error.name()).isEqualTo("nowhere");
  }

  @ParameterizedTest
  @ValueSource(strings = {"transaction", "startup"})
  void reportsAnUnknownSchemaOfExtensionsAsAFaultOfTheSettings(String binding) {
    connect(Map.of("POSTGRES_EXTENSION_SCHEMA", "no'where", "SCHEMA_BINDING", binding));

    for (SessionOptions options : List.of(ORDER, ORDER.readOnly(), ORDER.snapshot())) {
      assertThat(failure(SettingsException.class, options, ErrorMessagesIT::one))
          .hasMessage(
              """
              1 fault in the settings:
                - POSTGRES_EXTENSION_SCHEMA is 'no'where': the database has no such schema""");
    }
    assertThat(
            failure(
                UnknownSchemaException.class, ORDER.in(new Schema("absent")), ErrorMessagesIT::one))
        .hasMessageContaining("'absent'");
  }

  @Test
  void reportsAnInvalidAndAMissingSchema() {
    InvalidSchemaException name =
        catchThrowableOfType(InvalidSchemaException.class, () -> new Schema("pg_toast"));
    assertThat(name)
        .hasMessage(
            "invalid schema name 'pg_toast': names that begin with pg_ belong to PostgreSQL");
    assertThat(name.name()).isEqualTo("pg_toast");

    connect(Map.of("POSTGRES_SCHEMA", ""));
    InvalidSchemaException none =
        failure(InvalidSchemaException.class, ORDER, ErrorMessagesIT::one);
    assertThat(none)
        .hasMessage(
            "session 'order' has no schema: name one in its options or set POSTGRES_SCHEMA");
    assertThat(none.name()).isNull();
  }

  @Test
  void reportsAnExceededDeadline() {
    manager.prime().block(BOUND);

    DeadlineExceededException error =
        failure(
            DeadlineExceededException.class,
            ORDER.by(Deadline.after(Duration.ofMillis(500))),
            s -> s.execute("SELECT pg_sleep(30)"));

    assertThat(error)
        .hasMessage(
            "session 'order' was not over at its deadline, while running \"SELECT pg_sleep(…)\": it"
                + " has been rolled back");
  }

  @Test
  void reportsADeadlineThatTheWorkExceededWithoutAStatement() {
    Deadline soon = Deadline.after(Duration.ofMillis(500));

    assertThat(
            failure(
                DeadlineExceededException.class, ORDER.by(soon), s -> one(s).then(Mono.never())))
        .hasMessage(
            "session 'order' was not over at its deadline, while its work ran no statement: it has"
                + " been rolled back");
    assertThat(failure(DeadlineExceededException.class, ORDER.by(soon), ErrorMessagesIT::one))
        .hasMessage(
            "session 'order' was not over at its deadline, before it began: it has been rolled"
                + " back");
  }

  @Test
  void reportsADeadlineThatTheCommitExceeded() {
    DATABASE.admin(
        "DROP TABLE IF EXISTS message_it; CREATE TABLE message_it (n int);"
            + "CREATE OR REPLACE FUNCTION message_it() RETURNS trigger LANGUAGE plpgsql AS"
            + " 'BEGIN PERFORM pg_sleep(20); RETURN NULL; END';"
            + "CREATE CONSTRAINT TRIGGER late AFTER INSERT ON message_it DEFERRABLE"
            + " INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION message_it()");

    assertThat(
            failure(
                DeadlineExceededException.class,
                ORDER.by(Deadline.after(Duration.ofMillis(500))),
                s -> s.execute("INSERT INTO message_it VALUES (1)")))
        .hasMessage(
            "session 'order' was not over at its deadline, while committing: it has been rolled"
                + " back");
  }

  /** Read through the session's connection, and switched off on the server. */
  @Test
  void reportsTheStatementThatWasRunningAtTheDeadline() {
    String running =
        "session 'order' was not over at its deadline, while running \"SELECT pg_sleep($1)\": it has"
            + " been rolled back";

    assertThat(
            failure(
                DeadlineExceededException.class,
                ORDER.by(Deadline.after(Duration.ofMillis(500))),
                s ->
                    Flux.from(
                            s.connection()
                                .createStatement("SELECT pg_sleep($1)")
                                .bind(0, 20)
                                .execute())
                        .flatMap(result -> result.map((row, metadata) -> 1))
                        .then()))
        .hasMessage(running);
    assertThat(
            failure(
                DeadlineExceededException.class,
                ORDER.by(Deadline.after(Duration.ofMillis(500))),
                s ->
                    s.execute("SET statement_timeout = 0")
                        .then(s.execute("SELECT pg_sleep($1)", 20))))
        .hasMessage(running);
  }

  @Test
  void reportsConcurrentUse() {
    assertThat(
            failure(
                ConcurrentUseException.class,
                ORDER,
                s -> Mono.when(s.execute("SELECT pg_sleep(0.2)"), one(s))))
        .hasMessage(
            "session 'order' is running \"SELECT pg_sleep(…)\" and cannot run \"SELECT …\" meanwhile:"
                + COLLECT);
    assertThat(
            failure(
                ConcurrentUseException.class,
                ORDER,
                s ->
                    s.query("SELECT i FROM generate_series(1, 2000) i WHERE $1 = 's'", r -> 1, "s")
                        .concatMap(one -> s.execute("UPDATE t /* a */ SET a = 'secret'  -- b"))
                        .then()))
        .hasMessage(
            "session 'order' is running \"SELECT i FROM generate_series(…, …) i WHERE $1 = …\" and"
                + " cannot run \"UPDATE t SET a = …\" meanwhile:"
                + COLLECT);
  }

  private static final String COLLECT =
      " chain statements by then or flatMap, collect a query's rows (collectList()) before running"
          + " a statement for each, or use two sessions";

  @Test
  void reportsHowToDoWithoutBlocking() {
    String message =
        "session 'order' cannot wait inside its unit of work, on the thread that does what would be"
            + " waited for: return the Mono instead of block(), chain statements by then or flatMap,"
            + " and collect a query's rows by collectList()";

    assertThat(
            failure(
                IllegalStateException.class,
                ORDER,
                s -> one(s).flatMap(n -> Mono.just(one(s).block()))))
        .hasMessage(message);
    assertThat(
            failure(
                IllegalStateException.class,
                ORDER,
                s -> one(s).map(n -> s.query("SELECT 1", row -> 1).toStream().count())))
        .hasMessage(message);
  }

  @Test
  void reportsTransactionControlInAText() {
    assertThat(failure(TransactionControlException.class, ORDER, s -> s.execute("COMMIT")))
        .hasMessage(
            "session 'order' sends no text with COMMIT: the session begins and ends its transaction"
                + " itself; for two commits use two sessions, to undo a part session.savepoint");
  }

  @Test
  void reportsAFatalErrorOfTheWork() {
    WorkFailedException error =
        failure(
            WorkFailedException.class,
            ORDER,
            s -> {
              throw new LinkageError("a class is missing");
            });

    assertThat(error)
        .hasMessage("the unit of work failed with java.lang.LinkageError: a class is missing")
        .hasCauseInstanceOf(LinkageError.class);
  }

  @Test
  void reportsAStreamThatCannotBe() {
    Function<Session, Mono<Long>> work = ErrorMessagesIT::one;
    assertThat(
            catchThrowableOfType(
                IllegalArgumentException.class, () -> manager.stream(ORDER, work).blockLast(BOUND)))
        .hasMessage(
            "session 'order' is read-write: its result is seen after COMMIT, by inSession; stream"
                + " from readOnly() or snapshot()");
    assertThat(
            catchThrowableOfType(
                IllegalArgumentException.class,
                () -> manager.stream(ORDER.readOnly().retrying(3), work).blockLast(BOUND)))
        .hasMessage(
            "session 'order' has 3 retries: a stream is not run again, because its items have been"
                + " seen; use inSession, or retrying(0)");
  }

  @Test
  void reportsAnEndedSessionAndAClosedManager() {
    AtomicReference<Session> kept = new AtomicReference<>();
    manager
        .inSession(
            ORDER,
            s -> {
              kept.set(s);
              return one(s);
            })
        .block(BOUND);
    assertThat(
            catchThrowableOfType(SessionClosedException.class, () -> one(kept.get()).block(BOUND)))
        .hasMessage("session 'order' is over: it takes no more statements");

    TestDatabase.end(manager);
    assertThat(failure(SessionClosedException.class, ORDER, ErrorMessagesIT::one))
        .hasMessage("the session manager is closed: it opens no sessions");
  }

  @Test
  void reportsAnUnansweredCommit() {
    proxy.cutBeforeAnswerTo(message -> message.text().equals("COMMIT"));

    assertThat(failure(CommitOutcomeUnknownException.class, ORDER, ErrorMessagesIT::one))
        .hasMessage(
            "session 'order' sent COMMIT and got no answer (08006 connection lost): look at the data before doing"
                + " the work again");
  }

  @Test
  void derivesEveryExceptionFromSessionException() {
    assertThat(
            List.of(
                SessionUnavailableException.class,
                SettingsException.class,
                UnknownSchemaException.class,
                InvalidSchemaException.class,
                DeadlineExceededException.class,
                ConcurrentUseException.class,
                TransactionControlException.class,
                TransactionFailedException.class,
                WorkFailedException.class,
                SessionClosedException.class,
                CommitOutcomeUnknownException.class))
        .allMatch(SessionException.class::isAssignableFrom);
  }
}
