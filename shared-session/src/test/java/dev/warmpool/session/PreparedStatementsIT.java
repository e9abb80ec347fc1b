package dev.warmpool.session;

import static dev.warmpool.session.TestDatabase.BOUND;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmpool.session.testkit.PostgresServer;
import dev.warmpool.session.testkit.WireProxy;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Texts that tamper with the statements that the driver keeps prepared. */
class PreparedStatementsIT {

  private static final TestDatabase DATABASE = new TestDatabase(PostgresServer.shared());

  private static final int CACHE = 5;
  private static final SessionOptions WRITE = SessionOptions.standard();

  private WireProxy proxy;
  private SessionManager manager;

  @BeforeEach
  void start() {
    DATABASE.admin(
        """
        DROP SCHEMA IF EXISTS prepared_it CASCADE;
        CREATE SCHEMA prepared_it;
        CREATE FUNCTION prepared_it.run(a text, b text) RETURNS int LANGUAGE plpgsql AS
          $$ BEGIN EXECUTE a || b; RETURN 1; END $$;
        """);
    proxy = WireProxy.to(DATABASE.server().port());
    manager =
        DATABASE.manager(
            "prepared_it",
            Map.of(
                "POSTGRES_PORT",
                Integer.toString(proxy.port()),
                "STATEMENT_CACHE",
                Integer.toString(CACHE),
                "POOL_SIZE",
                "1",
                "MAX_OVERFLOW",
                "0"));
  }

  @AfterEach
  void stop() {
    assertThat(TestDatabase.await(manager.quiesce(BOUND))).isTrue();
    assertThat(manager.stats().acquired()).isZero();
    TestDatabase.end(manager);
    proxy.close();
  }

  private static Mono<Integer> number(Session session, int value) {
    return session.query("SELECT $1::int", row -> row.get(0, Integer.class), value).single();
  }

  private @Nullable Integer asked(SessionOptions options, int value) {
    return manager.inSession(options, s -> number(s, value)).as(TestDatabase::await);
  }

  private static final String POISON =
      "DO $$ BEGIN EXECUTE 'DEALLO' || 'CATE \"S_0\"';"
          + " EXECUTE 'PRE' || 'PARE \"S_0\" (int) AS SELECT 666'; END $$";

  static Stream<Arguments> tampering() {
    List<String> texts =
        List.of(
            POISON,
            "DEALLOCATE ALL",
            "DEALLOCATE \"S_0\"",
            "DO $$ BEGIN DEALLOCATE \"S_0\"; END $$",
            "DISCARD PLANS; DEALLOCATE ALL",
            "PREPARE other AS SELECT 1",
            "SELECT run('DEALLO', 'CATE ALL')",
            "SELECT run('PREP', 'ARE other AS SELECT 1')");
    return Stream.of(WRITE, WRITE.readOnly(), WRITE.snapshot())
        .flatMap(
            options ->
                texts.stream()
                    .flatMap(
                        text ->
                            Stream.of(true, false)
                                .map(before -> Arguments.of(options, text, before))));
  }

  /** Whether the statement was prepared in a session before, or in the tampering one. */
  @ParameterizedTest
  @MethodSource("tampering")
  void givesEachSessionItsOwnRows(SessionOptions options, String text, boolean before) {
    if (before) {
      assertThat(asked(options, 1)).isEqualTo(1);
    }
    manager.inSession(options, s -> number(s, 2).then(s.execute(text))).as(TestDatabase::await);

    for (SessionOptions next : List.of(options, WRITE, WRITE.readOnly())) {
      assertThat(asked(next, 3)).isEqualTo(3);
    }
    assertThat(manager.stats().opened()).isEqualTo(2);
  }

  /** A statement that an earlier session prepared is missed whatever its removal looked like. */
  @Test
  void noticesARemovalThatNoTextShows() {
    for (int i = 0; i < CACHE - 1; i++) {
      String text = "SELECT $1::int + " + i;
      TestDatabase.await(manager.inSession(WRITE, s -> s.execute(text, 1)));
    }
    manager
        .inSession(
            WRITE,
            s -> s.execute("SELECT run('DEALLO', 'CATE \"S_1\"')").then(s.execute("SELECT 1")))
        .as(TestDatabase::await);

    TestDatabase.await(manager.inSession(WRITE, s -> s.execute("SELECT $1::int + 1", 1)));
    assertThat(manager.stats().opened()).isEqualTo(2);
  }

  /** Evictions, and numbers that are missing because a statement could not be parsed. */
  @Test
  void keepsTheConnectionOfSessionsThatDoNotTamper() {
    for (int i = 0; i < 4 * CACHE; i++) {
      int value = i;
      String text = "SELECT $1::int + " + i;
      Mono<Long> failing = manager.inSession(WRITE, s -> s.execute("SELECT nothing + $1", 1));
      failing.onErrorReturn(0L).as(TestDatabase::await);
      manager
          .inSession(WRITE, s -> s.execute(text, value).then(number(s, 1)))
          .as(TestDatabase::await);
      manager
          .inSession(
              WRITE,
              s ->
                  s.savepoint(part -> part.execute("SELECT nothing + $1", value))
                      .onErrorReturn(0L)
                      .then(s.execute("SELECT $1::text", "x")))
          .as(TestDatabase::await);
      manager
          .inSession(WRITE.readOnly(), s -> number(s, 2).then(s.execute(text, value)))
          .as(TestDatabase::await);
      manager
          .inSession(WRITE.in(new Schema("absent")), s -> s.execute("SELECT $1::bool", true))
          .onErrorReturn(0L)
          .as(TestDatabase::await);
    }
    assertThat(manager.stats().opened()).isEqualTo(1);
  }

  @Test
  void checksWithoutARoundTrip() {
    TestDatabase.await(manager.inSession(WRITE, s -> number(s, 1)));

    for (SessionOptions options : List.of(WRITE, WRITE.snapshot())) {
      assertThat(
              proxy.roundTripsOf(
                  () -> TestDatabase.await(manager.inSession(options, s -> number(s, 1)))))
          .isEqualTo(2);
    }
    assertThat(
            proxy.roundTripsOf(
                () ->
                    TestDatabase.await(
                        manager.inSession(
                            WRITE.readOnly(),
                            s ->
                                Flux.range(0, 3).concatMap(i -> number(s, i)).then(number(s, 3))))))
        .isEqualTo(4);
  }
}
