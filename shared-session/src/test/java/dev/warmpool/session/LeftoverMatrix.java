package dev.warmpool.session;

import static dev.warmpool.session.TestDatabase.BOUND;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmpool.session.SessionOptions.Kind;
import dev.warmpool.session.testkit.PostgresServer;
import io.r2dbc.spi.R2dbcException;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * Sessions that leave state, each followed by sessions that must not see it. In the leaving session
 * the state is seen to be there. The server's role has other defaults than the driver asks for.
 */
@TestInstance(Lifecycle.PER_CLASS)
abstract class LeftoverMatrix {

  static final TestDatabase DATABASE = new TestDatabase(PostgresServer.shared());

  static final String LOGIN = "leftover_login";

  private static final String READ_ONLY = "25006";

  private final Map<Kind, @Nullable String> clean = new EnumMap<>(Kind.class);
  private @Nullable SessionManager manager;

  /** A way in which the leaving session ends. */
  enum End {
    COMMITS(SessionOptions.standard()),
    COMMITS_SERIALIZABLE(SessionOptions.standard().at(SessionOptions.Isolation.SERIALIZABLE)),
    FAILS(SessionOptions.standard()),
    FAILS_AT_COMMIT(SessionOptions.standard()),
    IS_CANCELLED(SessionOptions.standard()),
    FAILS_IN_A_BATCH(SessionOptions.standard()),
    FAILS_IN_A_COPY(SessionOptions.standard()),
    IS_CANCELLED_IN_A_COPY(SessionOptions.standard()),
    IS_READ_ONLY(SessionOptions.standard().readOnly()),
    IS_A_SNAPSHOT(SessionOptions.standard().snapshot()),
    IS_OUTSIDE(SessionOptions.standard().outsideTransaction());

    final SessionOptions options;

    End(SessionOptions options) {
      this.options = options;
    }

    Mono<?> last(Session session) {
      return switch (this) {
        case FAILS -> session.execute("SELECT 1/0");
        case FAILS_AT_COMMIT -> session.execute("INSERT INTO leftover_it.child VALUES (1)");
        case FAILS_IN_A_BATCH ->
            session.batch("SELECT 1 / $1::int", Flux.just(new Object[] {1}, new Object[] {0}));
        case FAILS_IN_A_COPY ->
            session.copyIn("COPY leftover_it.child FROM STDIN", Flux.just(CopyInIT.line("x")));
        case IS_CANCELLED_IN_A_COPY ->
            session.copyIn(
                "COPY leftover_it.child FROM STDIN",
                Flux.just(CopyInIT.line("1")).concatWith(Flux.never()));
        case IS_CANCELLED -> session.execute("SELECT pg_sleep(0.4)");
        default -> Mono.just(1);
      };
    }

    /** The session, which some ends cancel soon after this signal. */
    Mono<?> bounded(Mono<?> session, Mono<Void> signal) {
      return this == IS_CANCELLED || this == IS_CANCELLED_IN_A_COPY
          ? session.takeUntilOther(signal.then(Mono.delay(Duration.ofMillis(30))))
          : session;
    }
  }

  /** Kinds of state that are known to reach other sessions. */
  Set<Leftover> remainders() {
    return Set.of();
  }

  Stream<Leftover> leftovers() {
    return Arrays.stream(Leftover.values()).filter(leftover -> !remainders().contains(leftover));
  }

  /** Whether the connections are direct. */
  boolean isDirect() {
    return true;
  }

  /** All of them in a soak; else the ends that differ most in what they send. */
  private Stream<End> ends(End... most) {
    return (TestDatabase.COUNTS > 1 ? Arrays.stream(End.values()) : Stream.of(most))
        .filter(end -> isDirect() || end != End.IS_OUTSIDE);
  }

  Stream<Leftover> leftoversInOneFlight() {
    return Stream.of(Leftover.values()).filter(leftover -> isDirect());
  }

  Stream<Arguments> ways() {
    return ends(
            End.COMMITS,
            End.FAILS,
            End.FAILS_AT_COMMIT,
            End.IS_CANCELLED_IN_A_COPY,
            End.IS_READ_ONLY,
            End.IS_OUTSIDE)
        .filter(end -> isDirect() || end != End.IS_CANCELLED_IN_A_COPY) // not shown for poolers
        .flatMap(end -> leftovers().map(leftover -> Arguments.of(end, leftover)));
  }

  /** The reset does not depend on the role: fewer ends do. */
  Stream<Arguments> boundWays() {
    return ends(End.COMMITS, End.IS_READ_ONLY, End.IS_OUTSIDE)
        .flatMap(end -> leftovers().map(leftover -> Arguments.of(end, leftover)));
  }

  /** Connects, and notes the state that the first sessions see. */
  @BeforeAll
  void start() {
    DATABASE.admin(Leftover.FIXTURE);
    Map<String, String> environment = new HashMap<>();
    environment.put("POSTGRES_USER", LOGIN);
    environment.put("POOL_SIZE", "1");
    environment.put("MAX_OVERFLOW", "0");
    environment.putAll(changes());
    manager = DATABASE.manager("leftover_it", environment);
    for (SessionOptions options : kinds()) {
      clean.put(options.kind(), ask(manager, options, Leftover.state()));
    }
  }

  /** The settings of the sessions; called once. */
  abstract Map<String, String> changes();

  @AfterAll
  void end() {
    if (manager != null) {
      TestDatabase.end(manager);
    }
  }

  static @Nullable String ask(SessionManager sessions, SessionOptions options, String query) {
    return sessions
        .inSession(options, s -> s.query(query, row -> row.get(0, String.class)).single())
        .as(TestDatabase::await);
  }

  /** Leaves the state and ends the session; returns its trace in the session itself. */
  private static @Nullable String leave(
      SessionManager sessions, SessionOptions options, End end, Leftover leftover) {
    AtomicReference<@Nullable String> seen = new AtomicReference<>();
    Sinks.Empty<Void> left = Sinks.empty();
    Mono<?> session =
        sessions.inSession(
            options,
            s ->
                s.execute(leftover.leave())
                    .then(s.query(leftover.trace(), row -> row.get(0, String.class)).single())
                    .doOnNext(seen::set)
                    .doOnError(error -> seen.set(String.valueOf(state(error))))
                    .doOnTerminate(left::tryEmitEmpty)
                    .then(Mono.defer(() -> end.last(s).then())));
    end.bounded(session, left.asMono())
        .onErrorResume(error -> Mono.empty())
        .then()
        .as(TestDatabase::await);
    assertThat(TestDatabase.await(sessions.quiesce(BOUND))).isTrue();
    return seen.get();
  }

  private static @Nullable String state(Throwable error) {
    return error instanceof R2dbcException database ? database.getSqlState() : null;
  }

  private SessionOptions[] kinds() {
    SessionOptions standard = SessionOptions.standard();
    return isDirect()
        ? new SessionOptions[] {
          standard, standard.readOnly(), standard.snapshot(), standard.outsideTransaction()
        }
        : new SessionOptions[] {standard, standard.readOnly(), standard.snapshot()};
  }

  @ParameterizedTest
  @MethodSource("ways")
  void leavesNothingToTheNextSession(End end, Leftover leftover) {
    assertLeavesNothing(end.options, end, leftover);
  }

  @ParameterizedTest
  @MethodSource("boundWays")
  void leavesNothingFromASessionWithARoleAndASetting(End end, Leftover leftover) {
    assertLeavesNothing(Leftover.bound(end.options), end, leftover);
  }

  private void assertLeavesNothing(SessionOptions options, End end, Leftover leftover) {
    SessionManager sessions = requireNonNull(manager);
    String before = ask(sessions, options, leftover.trace());

    String seen = leave(sessions, options, end, leftover);

    if (leftover != Leftover.LISTEN && !READ_ONLY.equals(seen)) { // LISTEN takes effect at COMMIT
      assertThat(seen).isNotNull().isNotEqualTo(before);
    }
    assertClean();
  }

  /** The next ones are sent before the reset was answered. Poolers have no such statements. */
  @ParameterizedTest(allowZeroInvocations = true)
  @MethodSource("leftoversInOneFlight")
  void leavesNothingFromAStatementInOneFlight(Leftover leftover) {
    SessionManager sessions = requireNonNull(manager);
    SessionOptions write = SessionOptions.standard();
    Mono<String> state =
        sessions
            .query(write, Leftover.state(), row -> String.valueOf(row.get(0, String.class)))
            .single()
            .map(LeftoverMatrix::inEitherForm);
    Object before = TestDatabase.await(state);

    Object after =
        TestDatabase.await(
            sessions
                .execute(write, "SELECT leftover_it.run($1)", leftover.leave())
                .onErrorReturn(R2dbcException.class, 0L)
                .then(state));

    assertThat(after).isEqualTo(before);
    assertClean();
  }

  /** Behind a reset that is not answered, a session that keeps statements opens a transaction. */
  private static String inEitherForm(String state) {
    return state.replace("READ_ONLY on", "READ_ONLY off");
  }

  /** Checks that sessions see what the first ones saw. */
  void assertClean() {
    SessionManager sessions = requireNonNull(manager);
    for (SessionOptions options : kinds()) {
      assertThat(ask(sessions, options, Leftover.state())).isEqualTo(clean.get(options.kind()));
    }
    assertThat(ask(sessions, SessionOptions.standard(), "SELECT name FROM item")).isEqualTo("own");
  }

  /** Runs a statement in a session of its own. */
  void execute(String sql) {
    requireNonNull(manager)
        .inSession(SessionOptions.standard(), s -> s.execute(sql))
        .as(TestDatabase::await);
  }
}
