package dev.warmpool.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.warmpool.session.testkit.PostgresServer;
import dev.warmpool.session.testkit.WireProxy;
import io.r2dbc.spi.R2dbcException;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A unit of work that swallows a database error does not succeed with its changes undone. */
class SwallowedErrorsIT {

  private static final TestDatabase DATABASE = new TestDatabase(PostgresServer.shared());
  private static final SessionOptions ORDER = SessionOptions.standard().named("order");
  private static final String INSERT = "INSERT INTO item VALUES ($1)";

  private WireProxy proxy;
  private SessionManager manager;

  @BeforeEach
  void start() {
    DATABASE.admin(
        "DROP SCHEMA IF EXISTS swallowed_it CASCADE; CREATE SCHEMA swallowed_it;"
            + "CREATE TABLE swallowed_it.item (id int PRIMARY KEY)");
    proxy = WireProxy.to(DATABASE.server().port());
    manager =
        DATABASE.manager("swallowed_it", Map.of("POSTGRES_PORT", Integer.toString(proxy.port())));
  }

  @AfterEach
  void stop() {
    assertThat(manager.stats().acquired()).isZero();
    TestDatabase.end(manager);
    proxy.close();
  }

  private static Mono<Long> twice(Session session) {
    return session.execute(INSERT, 1).then(session.execute(INSERT, 1));
  }

  private Long run(SessionOptions options, Function<Session, Mono<Long>> work) {
    return TestDatabase.await(manager.inSession(options, work));
  }

  private void assertFailed(Function<Session, Mono<Long>> work, String state) {
    TransactionFailedException error =
        catchThrowableOfType(TransactionFailedException.class, () -> run(ORDER, work));

    assertThat(error)
        .hasMessage(
            "session 'order' cannot commit: a statement failed with SQLSTATE "
                + state
                + " and its error was swallowed, but PostgreSQL refuses all that follows an error;"
                + " let the error fail the session, or run what may fail in session.savepoint");
    assertThat(error.getCause())
        .isInstanceOfSatisfying(
            R2dbcException.class, cause -> assertThat(cause.getSqlState()).isEqualTo(state));
    assertThat(items()).isZero();
  }

  private static long items() {
    return DATABASE.number("SELECT count(*) FROM swallowed_it.item");
  }

  @Test
  void failsTheSessionAtItsEnd() {
    assertFailed(s -> twice(s).onErrorReturn(0L), "23505");
  }

  @Test
  void failsTheNextStatement() {
    assertFailed(s -> twice(s).onErrorReturn(0L).then(s.execute("SELECT 1")), "23505");
  }

  @Test
  void failsTheSessionWhenTheErrorCameThroughItsConnection() {
    assertFailed(
        s ->
            Flux.from(s.connection().createStatement("SELECT 1/0").execute())
                .flatMap(result -> result.map((row, metadata) -> 1L))
                .onErrorResume(error -> Mono.empty())
                .then(Mono.just(1L)),
        "22012");
  }

  @Test
  void namesTheErrorThatNoSavepointHasUndone() {
    assertFailed(
        s ->
            s.savepoint(SwallowedErrorsIT::twice)
                .onErrorReturn(0L)
                .then(s.execute("SELECT 1/0").onErrorReturn(0L)),
        "22012");
  }

  @Test
  void commitsWhenASavepointHasUndoneTheError() {
    run(ORDER, s -> s.savepoint(SwallowedErrorsIT::twice).onErrorReturn(0L));
    run(
        ORDER,
        s ->
            s.execute("SAVEPOINT mine")
                .then(twice(s).onErrorReturn(0L))
                .then(s.execute("ROLLBACK TO SAVEPOINT mine"))
                .then(s.execute(INSERT, 2)));

    assertThat(items()).isOne();
  }

  @Test
  void succeedsWhereThereIsNothingToCommit() {
    for (SessionOptions options : new SessionOptions[] {ORDER.readOnly(), ORDER.snapshot()}) {
      assertThat(run(options, s -> s.execute("SELECT 1/0").onErrorReturn(7L))).isEqualTo(7);
    }
  }

  @Test
  void reportsALostConnectionInsteadOfAnUnknownOutcome() {
    proxy.cutBeforeAnswerTo(message -> message.text().equals("SELECT 2"));

    assertThatThrownBy(
            () -> run(ORDER, s -> twice(s).then(s.execute("SELECT 2")).onErrorReturn(0L)))
        .isInstanceOf(TransactionFailedException.class);
    assertThatThrownBy(
            () ->
                run(ORDER, s -> s.execute(INSERT, 1).then(s.execute("SELECT 2").onErrorReturn(0L))))
        .isInstanceOfSatisfying(
            R2dbcException.class, error -> assertThat(error.getSqlState()).isEqualTo("08006"));
    assertThat(items()).isZero();
  }

  @Test
  void reportsAConnectionThatWasLostDuringTheWork() {
    assertThatThrownBy(
            () ->
                run(
                    ORDER,
                    s ->
                        s.execute(INSERT, 1)
                            .delayUntil(
                                rows -> {
                                  DATABASE.killAll();
                                  return s.execute("SELECT 1").onErrorComplete();
                                })))
        .isInstanceOf(R2dbcException.class);
    assertThat(items()).isZero();
  }

  @Test
  void failTheNextStatementOfTheSessionsConnection() {
    assertThatThrownBy(
            () ->
                run(
                    ORDER,
                    s ->
                        twice(s)
                            .onErrorReturn(0L)
                            .then(
                                Mono.from(s.connection().createStatement("SELECT 1").execute())
                                    .flatMap(result -> Mono.from(result.getRowsUpdated())))))
        .isInstanceOf(TransactionFailedException.class)
        .hasMessageContaining("23505");
  }

  @Test
  void areKnownAtTheEndIfTheNextErrorIsSwallowedToo() {
    assertFailed(
        s ->
            twice(s)
                .onErrorReturn(0L)
                .then(
                    Mono.from(s.connection().createStatement("SELECT 1").execute())
                        .flatMap(result -> Mono.from(result.getRowsUpdated()))
                        .onErrorReturn(0L)),
        "23505");
  }
}
