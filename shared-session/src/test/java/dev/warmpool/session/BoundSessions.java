package dev.warmpool.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warmpool.session.testkit.PostgresServer;
import io.r2dbc.spi.R2dbcException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Mono;

/** Sessions that run as a role and with custom settings, in one configuration. */
@TestInstance(Lifecycle.PER_CLASS)
abstract class BoundSessions {

  static final TestDatabase DATABASE = new TestDatabase(PostgresServer.shared());

  static final String LOGIN = "bound_login";

  static final SessionOptions STANDARD = SessionOptions.standard();
  private static final String OTHERS = "SELECT name FROM bound_b.item";
  private static final String LANDED = "SELECT count(*) FROM bound_a.item WHERE name = 'lands'";

  private @Nullable SessionManager manager;

  /** The settings of the sessions; called once. */
  abstract Map<String, String> changes();

  /** Ends what the settings need. */
  void stop() {}

  @BeforeAll
  void start() {
    DATABASE.admin(BoundRoles.FIXTURE);
    Map<String, String> environment = new HashMap<>(changes());
    environment.put("POSTGRES_USER", LOGIN);
    environment.put("POOL_SIZE", "1");
    environment.put("MAX_OVERFLOW", "0");
    manager = DATABASE.manager("bound_a", environment);
  }

  @AfterAll
  void end() {
    if (manager != null) {
      TestDatabase.end(manager);
    }
    stop();
  }

  @BeforeEach
  void empty() {
    DATABASE.admin("DELETE FROM bound_a.item WHERE name = 'lands'");
  }

  static Stream<SessionOptions> kinds() {
    return Stream.of(STANDARD, STANDARD.readOnly(), STANDARD.snapshot());
  }

  private SessionManager manager() {
    return Objects.requireNonNull(manager);
  }

  @Nullable List<String> read(SessionOptions options, String sql) {
    return manager()
        .inSession(
            options,
            s -> s.query(sql, row -> String.valueOf(row.get(0, String.class))).collectList())
        .as(TestDatabase::await);
  }

  /** How many connections the manager has opened. */
  long opened() {
    return manager().stats().opened();
  }

  void assertRefused(SessionOptions options, String sql) {
    assertThatThrownBy(() -> read(options, sql))
        .as(sql)
        .isInstanceOfSatisfying(
            R2dbcException.class, e -> assertThat(e.getSqlState()).isEqualTo("42501"));
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void runAsTheRoleWithTheSettingsAndLeaveNothing(SessionOptions kind) {
    for (int i = 0; i < 3; i++) {
      String value = "it's \\ value " + i;
      assertThat(
              read(
                  kind.as("bound_a").with("app.user", value).with("App.x.y", ""),
                  "SELECT concat_ws(',', current_user, current_setting('app.user'),"
                      + " current_setting('app.x.y'), name) FROM item"))
          .containsExactly("bound_a," + value + ",,own of a");
      assertThat(
              read(
                  kind,
                  "SELECT concat_ws(',', current_user, current_setting('role'),"
                      + " nullif(current_setting('app.user', true), ''))"))
          .containsExactly("bound_login,none");
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void keepOthersObjectsFromTheRole(SessionOptions kind) {
    SessionOptions options = kind.as("bound_a");

    assertRefused(options, OTHERS);
    assertRefused(options, "SET LOCAL search_path TO bound_b; " + OTHERS);
    assertRefused(options, "SELECT set_config('search_path', 'bound_b', false); " + OTHERS);
    assertRefused(options, "RESET ROLE; " + OTHERS);
    assertRefused(options, "SET ROLE NONE; " + OTHERS);
    assertRefused(options, "SET SESSION AUTHORIZATION DEFAULT; " + OTHERS);
    assertThat(read(options, "SELECT name FROM item")).containsExactly("own of a");
  }

  /** A login role can set each role that it is a member of, and so can a text. */
  @ParameterizedTest
  @MethodSource("kinds")
  void doNotStopATextThatSetsAnotherRole(SessionOptions kind) {
    SessionOptions options = kind.as("bound_a");

    assertThat(read(options, "SET ROLE bound_b; " + OTHERS)).containsExactly("own of b");

    assertRefused(options, OTHERS);
    assertRefused(kind, OTHERS);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void selectRowsByAPolicy(SessionOptions kind) {
    String sql = "SELECT name FROM bound_shared.item";

    assertThat(read(kind.as("bound_rows").with("app.tenant", "a"), sql)).containsExactly("a's");
    assertThat(read(kind.as("bound_rows").with("app.tenant", "b"), sql)).containsExactly("b's");
    assertThat(read(kind.as("bound_rows"), sql)).isEmpty();
    assertRefused(kind, sql);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void failClosedWithoutTheirRole(SessionOptions kind) {
    String insert = "INSERT INTO bound_a.item VALUES ('lands')";

    assertThatThrownBy(() -> read(kind.as("nobody").with("app.tenant", "s3cret"), insert))
        .isInstanceOfSatisfying(
            RoleRefusedException.class, e -> assertThat(e.role()).isEqualTo("nobody"))
        .hasMessage("role 'nobody' does not exist: create it, and grant it to the login role");
    assertThatThrownBy(() -> read(kind.as("bound_c").with("app.tenant", "s3cret"), insert))
        .isInstanceOf(RoleRefusedException.class)
        .hasMessage(
            "role 'bound_c' is not granted to the login role: grant it, from PostgreSQL 16 on"
                + " WITH INHERIT FALSE, SET TRUE")
        .satisfies(
            error -> assertThat(stackTrace(error)).contains("42501").doesNotContain("s3cret"));
    assertThat(DATABASE.number(LANDED)).isZero();
    assertThat(read(kind.as("bound_a"), "SELECT name FROM item")).containsExactly("own of a");
  }

  private static String stackTrace(Throwable error) {
    StringWriter text = new StringWriter();
    error.printStackTrace(new PrintWriter(text));
    return text.toString();
  }

  @Test
  void writeAndCommitAsTheRole() {
    String sql = "INSERT INTO item VALUES ('lands') RETURNING current_user::text";

    assertThat(read(STANDARD.as("bound_a").with("app.tenant", "a"), sql))
        .containsExactly("bound_a");
    assertThat(DATABASE.number(LANDED)).isOne();
  }

  @Test
  void endAsARoleWithoutAnyRight() {
    for (SessionOptions.Isolation isolation : SessionOptions.Isolation.values()) {
      SessionOptions options = STANDARD.at(isolation).as("bound_nothing").in(new Schema("bound_b"));
      assertThat(read(options, "SELECT pg_advisory_lock(-4711)::text")).hasSize(1);
      assertRefused(options, OTHERS);
      assertThat(DATABASE.number("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"))
          .isZero();
    }
  }

  @Test
  void undoASavepointAsTheRole() {
    SessionOptions options = STANDARD.as("bound_a").with("app.tenant", "a");
    String query = "SELECT current_user || current_setting('app.tenant')";

    Mono<String> after =
        manager()
            .inSession(
                options,
                s ->
                    s.savepoint(BoundSessions::failAsAnother)
                        .onErrorComplete()
                        .then(s.query(query, row -> row.get(0, String.class)).single()));

    assertThat(TestDatabase.await(after)).isEqualTo("bound_aa");
  }

  private static Mono<Long> failAsAnother(Session part) {
    return part.execute("SET LOCAL ROLE bound_b").then(part.execute("SELECT 1/0"));
  }
}
