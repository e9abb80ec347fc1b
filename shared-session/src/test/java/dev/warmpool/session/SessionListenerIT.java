package dev.warmpool.session;

import static dev.warmpool.session.TestDatabase.BOUND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warmpool.session.manager.SessionManagers;
import dev.warmpool.session.settings.SessionSettings;
import dev.warmpool.session.testkit.PostgresServer;
import dev.warmpool.session.testkit.WireProxy;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** The events of each way in which a session can end. */
class SessionListenerIT {

  private static final TestDatabase DATABASE = new TestDatabase(PostgresServer.shared());

  private static final SessionOptions OPTIONS = SessionOptions.standard().named("heard");

  private final Queue<String> events = new ConcurrentLinkedQueue<>();
  private final Queue<Duration> times = new ConcurrentLinkedQueue<>();
  private WireProxy proxy;
  private SessionManager manager;

  /** Notes each event in a line. */
  private final class Notes implements SessionListener {

    private void note(ObservedSession session, String event, Duration time) {
      assertThat(session.options().name()).isEqualTo("heard");
      events.add(event);
      times.add(time);
    }

    @Override
    public void waited(ObservedSession session, Duration time) {
      note(session, "waited", time);
    }

    @Override
    public void connected(ObservedSession session, Duration time) {
      note(session, "connected", time);
    }

    @Override
    public void opened(ObservedSession session, Duration time) {
      note(session, "opened", time);
    }

    @Override
    public void reopening(ObservedSession session, Throwable cause) {
      note(session, "reopening", Duration.ZERO);
    }

    @Override
    public void ran(ObservedSession session, StatementReport statement) {
      String outcome = statement.sqlState() == null ? "" : " " + statement.sqlState();
      note(session, statement.sql() + ": " + statement.rows() + outcome, statement.time());
    }

    @Override
    public void cut(ObservedSession session, Duration time) {
      note(session, "cut", time);
    }

    @Override
    public void strayEnded(ObservedSession session, SessionOrigin origin) {
      note(session, "stray", Duration.ZERO);
    }

    @Override
    public void committed(ObservedSession session, Duration time) {
      note(session, "committed", time);
    }

    @Override
    public void rolledBack(ObservedSession session, Duration time) {
      note(session, "rolled back", time);
    }

    @Override
    public void outcomeUnknown(ObservedSession session, Duration time) {
      note(session, "outcome unknown", time);
    }
  }

  @BeforeEach
  void start() {
    DATABASE.admin("DROP TABLE IF EXISTS heard_it; CREATE TABLE heard_it (id int)");
    proxy = WireProxy.to(DATABASE.server().port());
    manager = manager(new Notes());
    session(OPTIONS, s -> s.execute("SELECT 1"));
    events.clear();
  }

  private SessionManager manager(SessionListener listener) {
    Map<String, String> settings = new HashMap<>(DATABASE.server().environment());
    settings.put("POSTGRES_SCHEMA", "public");
    settings.put("POSTGRES_PORT", Integer.toString(proxy.port()));
    settings.put("POOL_SIZE", "1");
    settings.put("MAX_OVERFLOW", "0");
    return SessionManagers.listening(
        SessionSettings.from(settings), PasswordSource.fixed("postgres"), listener);
  }

  @AfterEach
  void stop() {
    TestDatabase.end(manager);
    proxy.close();
    assertThat(times).allMatch(time -> !time.isNegative() && time.compareTo(BOUND) < 0);
  }

  private void session(SessionOptions options, Function<Session, Mono<?>> work) {
    manager
        .inSession(options, session -> work.apply(session).then())
        .onErrorComplete()
        .as(TestDatabase::await);
    assertThat(TestDatabase.await(manager.quiesce(BOUND))).isTrue();
  }

  private void assertEvents(String... expected) {
    Awaitility.await().untilAsserted(() -> assertThat(events).hasSize(expected.length));
    assertThat(events).containsExactly(expected);
  }

  @Test
  void ofASessionThatCommits() {
    session(
        OPTIONS,
        s ->
            s.execute("INSERT INTO heard_it VALUES ($1), (2)", 1)
                .thenMany(s.query("SELECT id FROM heard_it", row -> 1L))
                .then());

    assertEvents(
        "waited",
        "opened",
        "INSERT INTO heard_it VALUES ($1), (2): 2",
        "SELECT id FROM heard_it: 2",
        "committed");
  }

  @Test
  void ofASessionOnANewConnection() {
    TestDatabase.await(manager.renew(BOUND));

    session(OPTIONS.readOnly(), s -> s.execute("SELECT 1"));

    assertEvents("waited", "connected", "opened", "SELECT 1: 1", "committed");
  }

  @Test
  void ofASessionWithoutAStatement() {
    session(OPTIONS, s -> Mono.just(1));

    assertEvents("committed");
  }

  @Test
  void ofAStatementThatFails() {
    session(OPTIONS, s -> s.execute("SELECT 1/0"));

    assertEvents("waited", "opened", "SELECT 1/0: 0 22012", "rolled back");
  }

  @Test
  void ofAStatementThatFailsWhileItsResultIsRead() {
    session(
        OPTIONS,
        s ->
            Flux.from(s.connection().createStatement("SELECT 1/0").execute())
                .flatMap(result -> result.getRowsUpdated())
                .then());

    assertEvents("waited", "opened", "SELECT 1/0: 0 22012", "rolled back");
  }

  @Test
  void ofWorkThatFails() {
    session(OPTIONS, s -> s.execute("SELECT 1").then(Mono.error(new IllegalStateException("own"))));

    assertEvents("waited", "opened", "SELECT 1: 1", "rolled back");
  }

  @Test
  void ofAnOpeningThatIsRefused() {
    session(OPTIONS.in(new Schema("nowhere")), s -> s.execute("SELECT 1"));

    assertEvents("waited", "rolled back");
  }

  @Test
  void ofACommitThatIsRefused() {
    DATABASE.admin("ALTER TABLE heard_it ADD UNIQUE (id) DEFERRABLE INITIALLY DEFERRED");
    String insert = "INSERT INTO heard_it VALUES (1), (1)";

    session(OPTIONS, s -> s.execute(insert));

    assertEvents("waited", "opened", insert + ": 2", "rolled back");
  }

  @Test
  void ofADeadConnection() {
    DATABASE.killAll();

    session(OPTIONS, s -> s.execute("SELECT 1"));

    assertThat(events).contains("opened", "SELECT 1: 1", "committed");
    assertThat(events).filteredOn("reopening"::equals).hasSizeLessThanOrEqualTo(1);
  }

  @Test
  void ofAnOpeningThatIsNotAnswered() {
    proxy.swallowAnswers();

    session(OPTIONS, s -> s.execute("SELECT 1"));

    assertEvents(
        "waited", "reopening", "waited", "connected", "opened", "SELECT 1: 1", "committed");
  }

  @Test
  void ofADeadlineThatTheServerKeeps() {
    SessionOptions brief = OPTIONS.by(Deadline.after(Duration.ofMillis(300)));

    session(brief, s -> s.execute("SELECT pg_sleep(20)"));

    assertEvents("waited", "opened", "SELECT pg_sleep(20): 0 57014", "cut", "rolled back");
  }

  /** A cancel is taken for the server's time-out if the work fails with it past the deadline. */
  @Test
  void ofACancelWhoseErrorIsKeptPastTheDeadline() {
    SessionOptions brief = OPTIONS.by(Deadline.after(Duration.ofMillis(300)));
    String cancel = "SELECT pg_cancel_backend(pg_backend_pid())";

    session(brief, s -> s.execute(cancel).doOnError(error -> spinUntilPast(brief)));

    assertEvents("waited", "opened", cancel + ": 0 57014", "cut", "rolled back");
  }

  /** Blocks the loop, so that the deadline's own time-out comes too late. */
  private static void spinUntilPast(SessionOptions options) {
    while (!Objects.requireNonNull(options.deadline()).isPast()) {
      Thread.onSpinWait();
    }
  }

  @Test
  void ofADeadlineBetweenStatements() {
    SessionOptions brief = OPTIONS.by(Deadline.after(Duration.ofMillis(300)));

    session(brief, s -> s.execute("SELECT 1").then(Mono.never()));

    assertEvents("waited", "opened", "SELECT 1: 1", "cut", "rolled back");
  }

  @Test
  void ofACallerThatLeaves() {
    manager
        .inSession(OPTIONS, s -> s.execute("SELECT 1").then(Mono.never()))
        .takeUntilOther(Mono.delay(Duration.ofMillis(10)).repeat(() -> events.size() < 3).then())
        .as(TestDatabase::await);

    assertThat(TestDatabase.await(manager.quiesce(BOUND))).isTrue();
    assertEvents("waited", "opened", "SELECT 1: 1", "rolled back");
  }

  @Test
  void ofACommitWithoutAnAnswer() {
    proxy.cutBeforeAnswerTo(message -> message.text().equals("COMMIT"));

    session(OPTIONS, s -> s.execute("INSERT INTO heard_it VALUES (1)"));

    assertEvents("waited", "opened", "INSERT INTO heard_it VALUES (1): 1", "outcome unknown");
  }

  @Test
  void ofAStatementOutsideATransactionWithoutAnAnswer() {
    proxy.cutBeforeAnswerTo(message -> message.text().equals("VACUUM heard_it"));

    session(OPTIONS.outsideTransaction(), s -> s.execute("VACUUM heard_it"));

    assertEvents("waited", "opened", "VACUUM heard_it: 0 08006", "outcome unknown");
  }

  /** The statement waits for the opening, and its caller leaves when that is acknowledged. */
  @Test
  void ofAStatementOutsideATransactionThatIsNotSent() {
    Sinks.Empty<Void> opened = Sinks.empty();
    SessionManager leaving = manager(new Leaving(opened));

    leaving
        .inSession(OPTIONS.outsideTransaction(), s -> s.execute("VACUUM heard_it"))
        .takeUntilOther(opened.asMono())
        .as(TestDatabase::await);

    TestDatabase.end(leaving);
    assertThat(proxy.messages()).noneMatch(message -> message.text().startsWith("VACUUM"));
    assertEvents("rolled back");
  }

  /** Completes when an opening was acknowledged; notes what follows. */
  private final class Leaving implements SessionListener {

    private final Sinks.Empty<Void> opened;

    Leaving(Sinks.Empty<Void> opened) {
      this.opened = opened;
    }

    @Override
    public void opened(ObservedSession session, Duration time) {
      opened.tryEmitEmpty();
    }

    @Override
    public void ran(ObservedSession session, StatementReport statement) {
      events.add(statement.sql());
    }

    @Override
    public void rolledBack(ObservedSession session, Duration time) {
      events.add("rolled back");
    }
  }

  @Test
  void ofAStream() {
    manager.stream(OPTIONS.readOnly(), s -> s.query("SELECT generate_series(1, 3)", row -> 1))
        .then()
        .as(TestDatabase::await);

    assertEvents("waited", "opened", "SELECT generate_series(1, 3): 3", "committed");
  }

  @Test
  void ofAStray() {
    manager.inSession(OPTIONS, s -> s.execute("SELECT 1").then(Mono.never())).subscribe();
    TestDatabase.await(Mono.delay(Duration.ofMillis(5)).repeat(() -> events.size() < 3).then());

    TestDatabase.await(manager.endStrays(origin -> true, Duration.ofMillis(500)).then());

    assertEvents("waited", "opened", "SELECT 1: 1", "stray", "rolled back");
  }

  @Test
  void areLoggedOnceIfTheListenerFailsAndChangeNothing() {
    PrintStream before = System.err;
    ByteArrayOutputStream log = new ByteArrayOutputStream();
    System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
    SessionManager failing = manager(new Failing());
    try {
      for (int i = 0; i < 3; i++) {
        assertThat(TestDatabase.pid(failing, OPTIONS)).isPositive();
      }
    } finally {
      System.setErr(before);
      TestDatabase.end(failing);
    }
    assertThat(log.toString(StandardCharsets.UTF_8))
        .containsOnlyOnce("a session's listener failed; its later errors are not logged");
  }

  /** Fails with an exception here and an error there. */
  private static final class Failing implements SessionListener {

    @Override
    public void waited(ObservedSession session, Duration time) {
      throw new IllegalStateException("waited");
    }

    @Override
    public void ran(ObservedSession session, StatementReport statement) {
      throw new StackOverflowError();
    }

    @Override
    public void committed(ObservedSession session, Duration time) {
      throw new NoClassDefFoundError("committed");
    }
  }

  @Test
  void haveTheTextAsGivenOfABatchAndACopy() {
    String insert = "INSERT INTO heard_it VALUES ($1)";
    String copy = "COPY heard_it FROM STDIN";
    session(
        OPTIONS,
        s ->
            s.batch(insert, Flux.range(0, 1_500).map(i -> new Object[] {i}))
                .then(s.copyIn(copy, Flux.just(CopyInIT.line("1")))));
    assertThat(events)
        .containsSubsequence(insert + ": 1024", insert + ": 476", copy + ": 1", "committed");

    events.clear();
    session(OPTIONS, s -> s.copyIn(copy, Flux.just(CopyInIT.line("x"))));
    assertThat(events).contains(copy + ": 0 22P02", "rolled back");
  }

  @Test
  void haveANumberForEachSession() {
    Queue<Long> numbers = new ConcurrentLinkedQueue<>();
    SessionManager counting =
        manager(
            new SessionListener() {
              @Override
              public void opened(ObservedSession session, Duration time) {
                numbers.add(session.number());
              }
            });

    for (int i = 0; i < 3; i++) {
      TestDatabase.pid(counting, OPTIONS);
    }

    TestDatabase.end(counting);
    assertThat(numbers).containsExactly(1L, 2L, 3L);
  }

  @Test
  void needAListener() {
    SessionSettings settings = SessionSettings.from(DATABASE.server().environment());

    assertThatThrownBy(
            () -> SessionManagers.listening(settings, PasswordSource.fixed("postgres"), null))
        .hasMessage("the listener is null: use create for none");
  }
}
