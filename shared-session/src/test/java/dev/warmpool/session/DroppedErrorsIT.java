package dev.warmpool.session;

import static dev.warmpool.session.TestDatabase.BOUND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warmpool.session.testkit.PostgresServer;
import dev.warmpool.session.testkit.WireProxy;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;

/**
 * Errors that Reactor would log as dropped, with a stack trace, because no subscriber takes them.
 */
class DroppedErrorsIT {

  private static final TestDatabase DATABASE = new TestDatabase(PostgresServer.shared());

  private final List<Throwable> dropped = new CopyOnWriteArrayList<>();
  private SessionManager manager;

  @BeforeEach
  void start() {
    manager = DATABASE.manager("public", Map.of());
    Hooks.onErrorDropped(dropped::add);
  }

  @AfterEach
  void stop() {
    TestDatabase.end(manager);
    Hooks.resetOnErrorDropped();
  }

  private static SessionOptions options(SessionOptions.Kind kind) {
    SessionOptions standard = SessionOptions.standard();
    return switch (kind) {
      case READ_WRITE -> standard;
      case READ_ONLY -> standard.readOnly();
      case SNAPSHOT -> standard.snapshot();
      case OUTSIDE_TRANSACTION -> standard.outsideTransaction();
    };
  }

  /** The first session has a new connection, the others a warm one. */
  @ParameterizedTest
  @EnumSource
  void areNoneWhenTheSchemaIsUnknown(SessionOptions.Kind kind) {
    SessionOptions nowhere = options(kind).in(new Schema("dropped_nowhere"));
    for (int i = 0; i < 5; i++) {
      assertThatThrownBy(
              () ->
                  TestDatabase.await(
                      manager.inSession(
                          nowhere,
                          session -> session.query("SELECT $1::int FROM t", row -> 1, 1).then())))
          .isInstanceOf(UnknownSchemaException.class);
      assertThatThrownBy(() -> TestDatabase.pid(manager, nowhere))
          .isInstanceOf(UnknownSchemaException.class);
    }

    assertThat(TestDatabase.pid(manager, options(kind))).isPositive();
    assertThat(manager.quiesce(BOUND).block(BOUND)).isTrue();
    assertThat(dropped).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void areNoneWhenTheConnectionIsDead(SessionOptions.Kind kind) {
    for (int i = 0; i < 5; i++) {
      TestDatabase.pid(manager, options(kind));
      DATABASE.killAll();
      assertThat(TestDatabase.pid(manager, options(kind))).isPositive();
    }

    assertThat(dropped).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void areNoneWhenAStatementFails(SessionOptions.Kind kind) {
    for (int i = 0; i < 5; i++) {
      assertThatThrownBy(
              () ->
                  TestDatabase.await(
                      manager.inSession(options(kind), session -> session.execute("SELECT 1/0"))))
          .hasMessage("division by zero");
    }

    assertThat(dropped).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void areNoneWhenTheOpeningIsNotAnswered(SessionOptions.Kind kind) {
    try (WireProxy proxy = WireProxy.to(DATABASE.server().port())) {
      SessionManager silent =
          DATABASE.manager(
              "public",
              Map.of("POSTGRES_PORT", Integer.toString(proxy.port()), "OPENING_TIMEOUT", "0.2"));
      for (int i = 0; i < 2; i++) {
        TestDatabase.pid(silent, options(kind));
        proxy.swallowAnswers();
        assertThat(TestDatabase.pid(silent, options(kind))).isPositive();
        proxy.blackHole();
        Mono<Integer> bound =
            silent.inSession(options(kind), s -> s.query("SELECT $1::int", row -> 7, 1).single());
        assertThat(TestDatabase.await(bound)).isEqualTo(7);
      }
      TestDatabase.end(silent);
    }

    assertThat(dropped).isEmpty();
  }

  /** A text with such a word has a check behind it, which fails, too. */
  @ParameterizedTest
  @EnumSource
  void areNoneWhenAStatementFailsThatHasAWordOfTransactionControl(SessionOptions.Kind kind) {
    for (String value : new String[] {"1", "$1::int"}) {
      String sql = "SELECT CASE WHEN true THEN " + value + "/0 END";
      Object[] values = value.equals("1") ? new Object[0] : new Object[] {1};
      assertThatThrownBy(
              () ->
                  TestDatabase.await(
                      manager.inSession(options(kind), session -> session.execute(sql, values))))
          .hasMessage("division by zero");
      assertThat(TestDatabase.await(manager.quiesce(BOUND))).isTrue();
    }

    assertThat(dropped).isEmpty();
  }
}
