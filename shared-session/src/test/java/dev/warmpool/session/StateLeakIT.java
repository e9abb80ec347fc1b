package dev.warmpool.session;

import static dev.warmpool.session.TestDatabase.BOUND;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmpool.session.SessionOptions.Kind;
import dev.warmpool.session.testkit.PostgresServer;
import dev.warmpool.session.testkit.WireProxy;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** No state of a session reaches the next session on its connection, however the first one ends. */
class StateLeakIT {

  private static final TestDatabase DATABASE = new TestDatabase(PostgresServer.shared());

  /** All state of a backend by which a session could see an earlier one. */
  private static final String STATE =
      """
      SELECT concat_ws(' | ', current_user, session_user,
        current_setting('search_path'), current_setting('statement_timeout'),
        current_setting('idle_session_timeout'), current_setting('lock_timeout'),
        current_setting('transaction_isolation'), current_setting('transaction_read_only'),
        current_setting('default_transaction_isolation'),
        coalesce(nullif(current_setting('dirty.leak', true), ''), 'unset'),
        (SELECT count(*) FROM pg_class WHERE relnamespace = pg_my_temp_schema()),
        (SELECT count(*) FROM pg_cursors), (SELECT count(*) FROM pg_listening_channels()),
        (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()),
        (SELECT count(*) FROM pg_prepared_statements))
      """;

  private static final WireProxy PROXY = WireProxy.to(DATABASE.server().port());

  private static SessionManager manager;
  private static SessionManager keeping;
  private static Map<Kind, String> clean;

  /** State that could leak. */
  enum Leak {
    NOTHING("SELECT 1"),
    SEARCH_PATH("SET search_path TO pg_catalog"),
    STATEMENT_TIMEOUT("SET statement_timeout = 12345"),
    ROLE("SET ROLE dirty_role"),
    AUTHORIZATION("SET SESSION AUTHORIZATION dirty_role"),
    PARAMETER("SET dirty.leak = 'set'"),
    SET_CONFIG("SELECT set_config('dirty.leak', 'set_config', false)"),
    IN_DO("DO $$ BEGIN PERFORM set_config('dirty.leak', 'do', false); END $$"),
    IDLE_TIMEOUT("SET idle_session_timeout = 0"),
    CHARACTERISTICS("SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL SERIALIZABLE"),
    TEMP_TABLE("CREATE TEMP TABLE dirty_temp AS SELECT 1"),
    CURSOR("DECLARE dirty_cursor CURSOR WITH HOLD FOR SELECT generate_series(1, 10)"),
    LISTEN("LISTEN dirty_channel"),
    ADVISORY_LOCK("SELECT pg_advisory_lock(42)"),
    PREPARED("PREPARE dirty_statement AS SELECT 1"),
    LAST_VALUE("SELECT nextval('dirty_it.numbers')");

    private final String sql;

    Leak(String sql) {
      this.sql = sql;
    }
  }

  /** A way in which a session, or the next one, ends. */
  enum Exit {
    SUCCESS(s -> Mono.just(1)),
    SQL_ERROR(s -> s.execute("SELECT 1/0")),
    USER_ERROR(s -> Mono.error(new IllegalStateException("user"))),
    LINKAGE_ERROR(s -> thrown(s, new NoClassDefFoundError("user"))),
    STACK_OVERFLOW(s -> thrown(s, new StackOverflowError())),
    OUT_OF_MEMORY(s -> thrown(s, new OutOfMemoryError())),
    ERROR_IN_A_MAPPER(
        s ->
            s.query(
                    "SELECT 1",
                    row -> {
                      throw new StackOverflowError();
                    })
                .then()),
    CANCEL_IN_A_STATEMENT(s -> s.execute("SELECT pg_sleep(10)")),
    CANCEL_BETWEEN_STATEMENTS(s -> Mono.never()),
    DEADLINE(s -> s.execute("SELECT pg_sleep(11)")),
    DEADLINE_BETWEEN_STATEMENTS(s -> Mono.never().hide()),
    DEADLINE_IN_COMMIT(s -> s.execute("INSERT INTO slow_commit VALUES (1)")),
    KILLED(s -> s.execute("SELECT pg_terminate_backend(pg_backend_pid())")),
    RESULT_IGNORED(s -> Mono.just(s.query("SELECT 1", row -> 1))),
    CANCEL_WHILE_WAITING(s -> s.execute("SELECT pg_sleep(0.03)")),
    NEXT_CANCELLED_IN_ITS_OPENING("regnamespace"),
    NEXT_CANCELLED_IN_ITS_STATEMENT("$1"),
    NEXT_CANCELLED_IN_ITS_COMMIT("COMMIT"),
    NEXT_CANCELLED_IN_ITS_RESET("DISCARD ALL"),
    NEXT_LATE_IN_ITS_OPENING(s -> Mono.just(1)),
    ONE_OF_MANY(s -> s.query("SELECT generate_series(1, 2000)", row -> 1).next()),
    ERROR_SWALLOWED(s -> s.execute("SELECT 1/0").onErrorReturn(1L));

    private final Function<Session, Mono<?>> way;
    private final String leaveAt;

    Exit(Function<Session, Mono<?>> way) {
      this.way = way;
      this.leaveAt = "";
    }

    /** The session succeeds; the next one's caller cancels when this text is on the wire. */
    Exit(String leaveAt) {
      this.way = s -> Mono.just(1);
      this.leaveAt = leaveAt;
    }

    private static Mono<?> thrown(Session session, Error error) {
      return session
          .execute("SELECT 1")
          .map(
              n -> {
                throw error;
              });
    }

    SessionOptions bounded(SessionOptions options) {
      return name().startsWith("DEADLINE")
          ? options.by(Deadline.after(Duration.ofMillis(120)))
          : options;
    }

    Mono<?> left(Mono<?> session) {
      if (this == CANCEL_WHILE_WAITING) {
        Mono<?> waiting = next(Kind.READ_WRITE).timeout(Duration.ofMillis(10), Mono.empty());
        return Mono.when(session, waiting);
      }
      return name().startsWith("CANCEL")
          ? session.timeout(Duration.ofMillis(40), Mono.empty())
          : session;
    }

    /** The session after the leaking one, which some exits cancel or let pass its deadline. */
    Mono<?> then(Kind kind) {
      if (this == NEXT_LATE_IN_ITS_OPENING) {
        return Mono.defer(() -> slow(next(options(kind).by(Deadline.after(Duration.ofMillis(3))))));
      }
      return leaveAt.isEmpty()
          ? Mono.empty()
          : Mono.defer(() -> next(kind).takeUntilOther(sight()));
    }

    private static Mono<?> slow(Mono<?> session) {
      PROXY.delay(Duration.ofMillis(4));
      return session.doFinally(signal -> PROXY.delay(Duration.ZERO));
    }

    private static Mono<Long> next(Kind kind) {
      return next(options(kind));
    }

    private static Mono<Long> next(SessionOptions options) {
      return manager.inSession(options, s -> s.execute("SELECT $1::int", 1));
    }

    private Mono<Void> sight() {
      Sinks.Empty<Void> seen = Sinks.empty();
      PROXY.cutBeforeAnswerTo(
          message -> {
            if (message.text().replace("READ COMMITTED", "").contains(leaveAt)) {
              seen.tryEmitEmpty();
            }
            return false;
          });
      return seen.asMono();
    }
  }

  @BeforeAll
  static void start() {
    DATABASE.admin(
        """
        DROP SCHEMA IF EXISTS dirty_it CASCADE;
        CREATE SCHEMA dirty_it;
        CREATE SEQUENCE dirty_it.numbers;
        CREATE TABLE dirty_it.slow_commit (id int);
        CREATE FUNCTION dirty_it.slow() RETURNS trigger LANGUAGE plpgsql AS
          'BEGIN PERFORM pg_sleep(5); RETURN NULL; END';
        CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON dirty_it.slow_commit
          DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION dirty_it.slow();
        DO $$ BEGIN CREATE ROLE dirty_role; EXCEPTION WHEN duplicate_object THEN END $$;
        GRANT ALL ON SCHEMA dirty_it TO dirty_role;
        """);
    manager =
        DATABASE.manager(
            "dirty_it",
            Map.of(
                "POSTGRES_PORT", Integer.toString(PROXY.port()),
                "POOL_SIZE", "1",
                "MAX_OVERFLOW", "0"));
    keeping =
        DATABASE.manager(
            "dirty_it", Map.of("STATEMENT_CACHE", "10", "POOL_SIZE", "1", "MAX_OVERFLOW", "0"));
    clean =
        Map.of(
            Kind.READ_WRITE, state(Kind.READ_WRITE),
            Kind.READ_ONLY, state(Kind.READ_ONLY),
            Kind.SNAPSHOT, state(Kind.SNAPSHOT),
            Kind.OUTSIDE_TRANSACTION, state(Kind.OUTSIDE_TRANSACTION));
  }

  @AfterAll
  static void stop() {
    TestDatabase.end(manager);
    TestDatabase.end(keeping);
    PROXY.close();
  }

  private static SessionOptions options(Kind kind) {
    return switch (kind) {
      case READ_WRITE -> SessionOptions.standard();
      case READ_ONLY -> SessionOptions.standard().readOnly();
      case SNAPSHOT -> SessionOptions.standard().snapshot();
      case OUTSIDE_TRANSACTION -> SessionOptions.standard().outsideTransaction();
    };
  }

  private static String state(Kind kind) {
    return state(manager, kind, STATE);
  }

  private static String state(SessionManager sessions, Kind kind, String query) {
    return sessions
        .inSession(options(kind), s -> s.query(query, row -> row.get(0, String.class)).single())
        .as(TestDatabase::await);
  }

  /**
   * The control: a leak that changed nothing would leave nothing, too. What takes effect at COMMIT
   * shows in a session without a transaction block. The last value of a sequence has its own test.
   */
  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {"NOTHING", "LAST_VALUE"})
  void showsTheStateInTheSessionItself(Leak leak) {
    Set<String> seen =
        Stream.of(Kind.READ_WRITE, Kind.READ_ONLY)
            .map(kind -> within(kind, leak).as(TestDatabase::await))
            .collect(Collectors.toSet());

    assertThat(seen).anyMatch(state -> !clean.containsValue(state));
  }

  private static Mono<String> within(Kind kind, Leak leak) {
    return manager
        .inSession(
            options(kind),
            s ->
                s.execute(leak.sql)
                    .thenMany(s.query(STATE, row -> row.get(0, String.class)))
                    .single())
        .onErrorReturn(clean.get(kind)); // a read-only session refuses it
  }

  static Stream<Arguments> ways() {
    return Arrays.stream(Kind.values())
        .flatMap(
            kind ->
                Arrays.stream(Exit.values())
                    .filter(exit -> isTried(kind, exit))
                    .flatMap(
                        exit ->
                            Arrays.stream(Leak.values())
                                .map(leak -> Arguments.of(kind, exit, leak))));
  }

  /**
   * The kinds differ in little at most exits, and on threads that wait the exits do: a soak tries
   * them all.
   */
  private static boolean isTried(Kind kind, Exit exit) {
    if (ThroughBlocking.CHOSEN && exit == Exit.DEADLINE_BETWEEN_STATEMENTS) {
      return false; // a waiting thread's own waits are not cut
    }
    boolean typical =
        Set.of(Exit.SUCCESS, Exit.CANCEL_IN_A_STATEMENT, Exit.DEADLINE, Exit.KILLED).contains(exit);
    boolean writes = kind == Kind.READ_WRITE;
    return TestDatabase.COUNTS > 1
        || (ThroughBlocking.CHOSEN ? writes && typical : writes || typical);
  }

  @ParameterizedTest
  @MethodSource("ways")
  void leavesNoStateToTheNextSession(Kind kind, Exit exit, Leak leak) {
    exit.left(
            manager.inSession(
                exit.bounded(options(kind)),
                s -> s.execute(leak.sql).then(Mono.defer(() -> exit.way.apply(s).then()))))
        .onErrorResume(error -> Mono.empty())
        .as(TestDatabase::await);
    exit.then(kind).onErrorResume(error -> Mono.empty()).as(TestDatabase::await);
    assertThat(TestDatabase.await(manager.quiesce(BOUND))).isTrue();
    assertThat(manager.stats().acquired()).isZero();
    assertThat(manager.stats().pending()).isZero();
    assertThat(manager.stats().idle()).isLessThanOrEqualTo(1);
    for (Kind next : Kind.values()) {
      assertThat(state(next)).isEqualTo(clean.get(next));
    }
    // The server may hear later that a connection was closed.
    Awaitility.await().untilAsserted(() -> assertThat(DATABASE.states()).isSubsetOf("idle"));
  }

  static Stream<Arguments> waysWithPreparedStatements() {
    return Stream.of(Exit.SUCCESS, Exit.SQL_ERROR, Exit.CANCEL_IN_A_STATEMENT)
        .flatMap(exit -> Arrays.stream(Leak.values()).map(leak -> Arguments.of(exit, leak)));
  }

  /** If the driver keeps its prepared statements, the reset is another. */
  @ParameterizedTest
  @MethodSource("waysWithPreparedStatements")
  void leavesOnlyTheDriversStatementsIfItKeepsThem(Exit exit, Leak leak) {
    exit.left(
            keeping.inSession(
                options(Kind.READ_WRITE),
                s -> s.execute(leak.sql).then(Mono.defer(() -> exit.way.apply(s).then()))))
        .onErrorResume(error -> Mono.empty())
        .as(TestDatabase::await);
    assertThat(TestDatabase.await(keeping.quiesce(BOUND))).isTrue();
    String unprepared = STATE.replace("(SELECT count(*) FROM pg_prepared_statements)", "0");
    assertThat(state(keeping, Kind.READ_WRITE, unprepared)).isEqualTo(clean.get(Kind.READ_WRITE));
  }

  @Test
  void forgetsTheLastValueOfASequence() {
    manager
        .inSession(
            SessionOptions.standard(),
            s -> s.execute("SELECT nextval('numbers')").then(s.execute("SELECT lastval()")))
        .as(TestDatabase::await);
    String last =
        manager
            .inSession(
                SessionOptions.standard(),
                s ->
                    s.savepoint(
                        part ->
                            part.query("SELECT lastval()", row -> "leaked")
                                .single()
                                .onErrorResume(error -> Mono.just("clean"))))
            .onErrorReturn("clean")
            .as(TestDatabase::await);
    assertThat(last).isEqualTo("clean");
  }
}
