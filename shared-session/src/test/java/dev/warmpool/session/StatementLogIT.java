package dev.warmpool.session;

import static dev.warmpool.session.TestDatabase.BOUND;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmpool.session.testkit.PostgresServer;
import io.r2dbc.spi.Result;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Compares the lines that WARMPOOL_DEBUG writes, to the letter but for the times. */
class StatementLogIT {

  private static final TestDatabase DATABASE = new TestDatabase(PostgresServer.shared());
  private static final String OPENING = "succeeded with 0 rows in T: BEGIN ISOLATION LEVEL ...";
  private static final String COMMIT = "succeeded with 0 rows in T: COMMIT";
  private static final String ROLLBACK = "succeeded with 0 rows in T: ROLLBACK";
  private static final String RESET = "succeeded with 0 rows in T: DISCARD ALL";

  private static final int TRIES = 3;

  private final ByteArrayOutputStream log = new ByteArrayOutputStream();
  private final PrintStream before = System.err;
  private SessionManager manager;

  @BeforeEach
  void start() {
    DATABASE.admin(
        "DROP SCHEMA IF EXISTS log_it CASCADE; CREATE SCHEMA log_it;"
            + "CREATE TABLE log_it.item (id int PRIMARY KEY, name text,"
            + " UNIQUE (name) DEFERRABLE INITIALLY DEFERRED);"
            + "INSERT INTO log_it.item VALUES (1, 'one')");
    System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
    connect(Map.of("WARMPOOL_DEBUG", "true"));
  }

  @AfterEach
  void stop() {
    System.setErr(before);
    TestDatabase.end(manager);
  }

  private void connect(Map<String, String> settings) {
    manager = DATABASE.manager("log_it", settings);
    prime();
  }

  /** The first opening of a connection returns a row. */
  private void prime() {
    TestDatabase.pid(manager, SessionOptions.standard());
    log.reset();
  }

  /** Runs a session and returns the lines that it wrote. */
  private List<String> lines(SessionOptions options, Function<Session, Mono<?>> work) {
    return logged(manager.inSession(options, session -> work.apply(session).then()));
  }

  /** Again if a busy machine has delayed the answer to ROLLBACK past its time. */
  private List<String> logged(Mono<?> work) {
    List<String> lines = loggedOnce(work);
    for (int i = 1; i < TRIES && lines.contains("cancelled in T: ROLLBACK"); i++) {
      prime();
      lines = loggedOnce(work);
    }
    return lines;
  }

  private List<String> loggedOnce(Mono<?> work) {
    work.onErrorComplete().block(BOUND);
    assertThat(manager.quiesce(BOUND).block(BOUND)).isTrue();
    return log.toString(StandardCharsets.UTF_8)
        .lines()
        .map(line -> line.replaceFirst("^.* INFO dev.warmpool.session.statements - ", ""))
        .map(line -> line.replaceFirst(" in \\d+\\.\\d ms: ", " in T: "))
        .map(line -> line.replaceFirst("(BEGIN ISOLATION LEVEL) .*", "$1 ..."))
        .toList();
  }

  private List<String> lines(Function<Session, Mono<?>> work) {
    return lines(SessionOptions.standard(), work);
  }

  @Test
  void tellsHowManyRowsAStatementReturnedOrChanged() {
    assertThat(
            lines(
                s ->
                    s.execute("INSERT INTO item VALUES ($1, $2)", 2, "secret")
                        .thenMany(s.query("SELECT id FROM item", row -> 1))
                        .then()))
        .containsExactly(
            OPENING,
            "succeeded with 1 rows in T: INSERT INTO item VALUES ($1, $2)",
            "succeeded with 2 rows in T: SELECT id FROM item",
            COMMIT,
            RESET);
  }

  @Test
  void addsTheValuesIfAskedTo() {
    TestDatabase.end(manager);
    connect(Map.of("WARMPOOL_DEBUG", "true", "WARMPOOL_DEBUG_VALUES", "true"));

    assertThat(lines(s -> s.execute("INSERT INTO item VALUES ($1, $2)", 2, "secret")))
        .containsExactly(
            OPENING,
            "succeeded with 1 rows in T: INSERT INTO item VALUES ($1, $2) with {$1=2, $2=secret}",
            COMMIT,
            RESET);
  }

  @Test
  void showsTheValuesOfSettingsOnlyIfAskedTo() {
    SessionOptions bound = SessionOptions.standard().readOnly().with("log.tenant", "s'3cret");

    assertThat(lines(bound, s -> s.execute("SELECT 1")))
        .anyMatch(line -> line.contains("set_config('log.tenant','…',false)"))
        .noneMatch(line -> line.contains("3cret"));

    TestDatabase.end(manager);
    connect(Map.of("WARMPOOL_DEBUG", "true", "WARMPOOL_DEBUG_VALUES", "true"));

    assertThat(lines(bound, s -> s.execute("SELECT 1")))
        .anyMatch(line -> line.contains("set_config('log.tenant','s''3cret',false)"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SELEC 1|42601",
        "SELECT * FROM nowhere|42P01",
        "INSERT INTO item VALUES (1, 'two')|23505",
        "SELECT 1/0|22012"
      })
  void reportsAFailedStatementWithItsSqlState(String sql, String state) {
    assertThat(lines(s -> s.execute(sql)))
        .containsExactly(OPENING, "failed with " + state + " in T: " + sql, ROLLBACK, RESET);
  }

  @Test
  void reportsAStatementThatIsCutAtItsDeadline() {
    SessionOptions brief = SessionOptions.until(Deadline.after(Duration.ofMillis(300)));

    assertThat(lines(brief, s -> s.execute("SELECT pg_sleep(60)")))
        .containsExactly(OPENING, "failed with 57014 in T: SELECT pg_sleep(60)", ROLLBACK, RESET);
  }

  @Test
  void reportsACommitThatIsRefused() {
    assertThat(lines(s -> s.execute("INSERT INTO item VALUES (2, 'one')")))
        .containsExactly(
            OPENING,
            "succeeded with 1 rows in T: INSERT INTO item VALUES (2, 'one')",
            "failed with 23505 in T: COMMIT",
            RESET,
            ROLLBACK,
            RESET);
  }

  @Test
  void reportsALostConnection() {
    String kill = "SELECT pg_terminate_backend(pg_backend_pid())";

    assertThat(lines(s -> s.execute(kill))).startsWith(OPENING, "failed with 57P01 in T: " + kill);
  }

  /** The server sends the error behind rows that are not read yet. */
  @Test
  void reportsAnErrorBehindRowsThatAreReadSlowly() {
    String sql = "SELECT 1 / (100 - n) FROM generate_series(1, 100) AS n";

    assertThat(
            lines(
                s ->
                    s.query(sql, row -> 1).limitRate(1).delayElements(Duration.ofMillis(1)).then()))
        .contains("failed with 22012 in T: " + sql);
  }

  @Test
  void reportsAnErrorThatAReaderOfSegmentsLetsPass() {
    Function<Result, Flux<Integer>> reader = result -> Flux.from(result.flatMap(s -> Mono.just(1)));

    assertThat(
            lines(
                s ->
                    Flux.from(s.connection().createStatement("SELECT 1/0").execute())
                        .concatMap(reader)
                        .then()))
        .contains("failed with 22012 in T: SELECT 1/0");
  }

  @Test
  void reportsATextOfWhichALaterStatementFails() {
    String sql = "SELECT 1; SELECT 2; SELECT 1/0";

    assertThat(lines(s -> s.execute(sql))).contains("failed with 22012 in T: " + sql);
    assertThat(lines(s -> s.query(sql, row -> 1).then())).anyMatch(line -> line.contains("22012"));
  }

  @Test
  void reportsABatchThatFails() {
    String update = "UPDATE item SET id = 1 / $1";
    Flux<Object[]> divisors = Flux.just(new Object[] {1}, new Object[] {0});

    assertThat(lines(s -> s.batch(update, divisors)))
        .containsExactly(
            OPENING,
            "succeeded with 1 rows in T: " + update,
            "failed with 22012 in T: " + update,
            ROLLBACK,
            RESET);
  }

  @Test
  void reportsACopyThatFails() {
    String copy = "COPY item FROM STDIN";

    assertThat(lines(s -> s.copyIn(copy, Flux.just(CopyInIT.line("x\ty")))))
        .containsExactly(OPENING, "failed with 22P02 in T: " + copy, ROLLBACK, RESET);
  }

  @Test
  void reportsAStatementInOneFlightThatFails() {
    assertThat(logged(manager.execute(SessionOptions.standard(), "SELECT 1/0")))
        .anyMatch(line -> line.equals("failed with 22012 in T: SELECT 1/0"))
        .noneMatch(line -> line.startsWith("succeeded") && line.contains("1/0"));
  }

  @Test
  void reportsASavepointsStatementThatFails() {
    assertThat(lines(s -> s.savepoint(part -> part.execute("SELECT 1/0")).onErrorComplete().then()))
        .contains("failed with 22012 in T: SELECT 1/0");
  }
}
