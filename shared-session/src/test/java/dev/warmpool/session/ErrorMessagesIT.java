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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
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
                                              + " deadline\\): 1 of 1 in use, 0 idle, 1 waiting");
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
        .hasMessage("session 'order' was not over at its deadline: it has been rolled back");
  }

  @Test
  void reportsConcurrentUse() {
    assertThat(
            failure(
                ConcurrentUseException.class,
                ORDER,
                s -> Mono.when(s.execute("SELECT pg_sleep(0.2)"), one(s))))
        .hasMessage(
            "session 'order' is busy with another statement: run them one after another, or each in"
                + " a session of its own");
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
