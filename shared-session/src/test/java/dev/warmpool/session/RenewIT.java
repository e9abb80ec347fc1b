package dev.warmpool.session;

import static dev.warmpool.session.TestDatabase.BOUND;
import static dev.warmpool.session.TestDatabase.COUNTS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warmpool.session.testkit.PostgresServer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Renews and closes managers while sessions send their first statements. */
class RenewIT {

  private static final int RACES = COUNTS == 1 ? 200 : 1_000 * COUNTS;
  private static final int SESSIONS = 3;

  private static PostgresServer server;
  private static TestDatabase database;

  @BeforeAll
  static void start() {
    server = PostgresServer.with(Map.of("max_connections", "50"));
    database = new TestDatabase(server);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static SessionManager manager(String binding) {
    return database.manager(
        "public", Map.of("SCHEMA_BINDING", binding, "POOL_SIZE", "2", "MAX_OVERFLOW", "1"));
  }

  private static void assertNoConnectionIsLeft() {
    Awaitility.await()
        .atMost(Duration.ofSeconds(5))
        .untilAsserted(() -> assertThat(server.states()).isEmpty());
  }

  /** A session that sends its first statement up to 2 ms after it began. */
  private static Mono<Integer> delayed(SessionManager manager) {
    long micros = ThreadLocalRandom.current().nextLong(2_000);
    return manager.inSession(
        SessionOptions.standard(),
        session -> Mono.delay(Duration.ofNanos(micros * 1_000)).then(TestDatabase.pid(session)));
  }

  /** A statement in one flight that is sent within the same time. */
  private static Mono<Long> flight(SessionManager manager) {
    long micros = ThreadLocalRandom.current().nextLong(2_000);
    return Mono.delay(Duration.ofNanos(micros * 1_000))
        .then(manager.execute(SessionOptions.standard(), "SELECT 1"));
  }

  private static Mono<Void> sessions(SessionManager manager) {
    return Flux.range(0, SESSIONS)
        .flatMap(
            i ->
                Mono.<Number>from(i == 0 ? flight(manager) : delayed(manager))
                    .onErrorResume(SessionClosedException.class, e -> Mono.empty()))
        .then();
  }

  @ParameterizedTest
  @ValueSource(strings = {"transaction", "startup"})
  void leavesNothingOpenWhenRenewed(String binding) {
    SessionManager manager = manager(binding);
    for (int i = 0; i < RACES / 2; i++) {
      TestDatabase.await(
          Mono.when(sessions(manager), manager.renew(i % 2 == 0 ? Duration.ZERO : BOUND)));
    }
    TestDatabase.await(manager.renew(BOUND));

    assertThat(manager.stats().idle()).isZero();
    assertThat(manager.stats().acquired()).isZero();
    assertNoConnectionIsLeft();
    assertThat(TestDatabase.pid(manager, SessionOptions.standard())).isPositive();
    TestDatabase.end(manager);
    assertNoConnectionIsLeft();
  }

  @ParameterizedTest
  @ValueSource(strings = {"transaction", "startup"})
  void leavesNothingOpenWhenClosed(String binding) {
    for (int i = 0; i < RACES / 10; i++) {
      SessionManager manager = manager(binding);
      TestDatabase.await(
          Mono.when(sessions(manager), manager.close(i % 2 == 0 ? Duration.ZERO : BOUND)));
      assertThat(TestDatabase.await(manager.quiesce(BOUND))).isTrue();
      assertThat(manager.stats().idle()).isZero();
      assertThat(manager.stats().acquired()).isZero();
    }
    assertNoConnectionIsLeft();
  }

  /** For a session that began before the renewal or the close. */
  @ParameterizedTest
  @ValueSource(strings = {"transaction", "startup"})
  void opensAnotherConnectionAfterARenewalAndNoneAfterAClose(String binding) {
    SessionManager manager = manager(binding);
    Integer before = TestDatabase.pid(manager, SessionOptions.standard());

    Mono<Integer> renewed =
        manager.inSession(
            SessionOptions.standard(),
            session -> manager.renew(Duration.ZERO).then(TestDatabase.pid(session)));
    assertThat(TestDatabase.await(renewed)).isNotEqualTo(before);

    Mono<Integer> closed =
        manager.inSession(
            SessionOptions.standard(),
            session -> manager.close(Duration.ZERO).then(TestDatabase.pid(session)));
    assertThatThrownBy(() -> TestDatabase.await(closed))
        .isInstanceOf(SessionClosedException.class)
        .hasMessage("the session manager is closed: it opens no sessions");
    assertNoConnectionIsLeft();
  }

  @Test
  void losesNoConnectionWhenARenewalIsCancelled() {
    SessionManager manager = manager("transaction");
    for (int i = 0; i < RACES / 10; i++) {
      assertThat(TestDatabase.pid(manager, SessionOptions.standard())).isPositive();
      manager.renew(BOUND).subscribe().dispose();
    }
    assertThat(TestDatabase.await(manager.quiesce(BOUND))).isTrue();
    TestDatabase.end(manager);
    assertNoConnectionIsLeft();
  }

  @Test
  void refusesSessionsAfterAClose() {
    SessionManager manager = manager("transaction");
    TestDatabase.end(manager);

    assertThatThrownBy(() -> TestDatabase.pid(manager, SessionOptions.standard()))
        .isInstanceOf(SessionClosedException.class);
  }
}
