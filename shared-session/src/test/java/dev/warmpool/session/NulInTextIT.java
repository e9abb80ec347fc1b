package dev.warmpool.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warmpool.session.testkit.PostgresServer;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A text with a NUL is refused before it is sent: the server would close the connection. */
class NulInTextIT {

  private static final TestDatabase DATABASE = new TestDatabase(PostgresServer.shared());
  private static final SessionOptions STANDARD = SessionOptions.standard();
  private static final String SQL = "SELECT '\0'";
  private static final List<Object[]> ROWS = List.<Object[]>of(new Object[0]);

  private SessionManager manager;

  @BeforeEach
  void start() {
    manager = DATABASE.manager("public", Map.of("POOL_SIZE", "1", "MAX_OVERFLOW", "0"));
    manager.execute(STANDARD, "SELECT 1").as(TestDatabase::await);
  }

  @AfterEach
  void stop() {
    TestDatabase.end(manager);
  }

  private static Arguments way(String name, Function<SessionManager, Mono<?>> way) {
    return Arguments.of(name, way);
  }

  private static Arguments session(String name, Function<Session, Mono<?>> work) {
    return way(name, manager -> manager.inSession(STANDARD, s -> work.apply(s).then()));
  }

  static Stream<Arguments> ways() {
    return Stream.of(
        way("one flight", manager -> manager.execute(STANDARD, SQL)),
        way("repeated", manager -> manager.execute(STANDARD.idempotent(), SQL)),
        way("outside", manager -> manager.execute(STANDARD.outsideTransaction(), SQL)),
        way("read-only", manager -> manager.query(STANDARD.readOnly(), SQL, row -> 1).then()),
        way(
            "blocking",
            manager -> Mono.fromSupplier(() -> manager.blocking().execute(STANDARD, SQL))),
        session("statement", session -> session.execute(SQL)),
        session("batch", session -> session.batch(SQL, Flux.fromIterable(ROWS))),
        session("copy", session -> session.copyIn("COPY \"\0\" FROM STDIN", Flux.empty())),
        session("connection", s -> Mono.from(s.connection().createStatement(SQL).execute()).then()),
        session("R2DBC batch", s -> Mono.from(s.connection().createBatch().add(SQL).execute())));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("ways")
  void isRefused(String name, Function<SessionManager, Mono<?>> way) {
    assertThatThrownBy(() -> way.apply(manager).block(TestDatabase.BOUND))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageMatching(
            "session 'session' runs no text with a NUL, its character \\d+: PostgreSQL ends a text"
                + " there; leave it out");

    Long rows = manager.execute(STANDARD, "SELECT 1").as(TestDatabase::await);
    assertThat(rows).isEqualTo(1);
    assertThat(manager.stats().opened()).isEqualTo(1);
  }
}
