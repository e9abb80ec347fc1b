package dev.warmpool.session;

import static dev.warmpool.session.TestDatabase.BOUND;
import static dev.warmpool.session.TestDatabase.COUNTS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.warmpool.session.blocking.BlockingSessions;
import dev.warmpool.session.manager.SessionManagers;
import dev.warmpool.session.settings.SessionSettings;
import dev.warmpool.session.testkit.PostgresServer;
import dev.warmpool.session.testkit.WireProxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Writes in one flight among messages of the library's own that fail. */
class OneFlightSurroundingsIT {

  private static final TestDatabase DATABASE = new TestDatabase(PostgresServer.shared());

  private static final SessionOptions WRITE = SessionOptions.standard();

  private static final String INSERT = "INSERT INTO landed VALUES ($1)";

  private static final String INSERT_SELECT = "INSERT INTO landed SELECT 'slow' FROM s";

  private WireProxy proxy;
  private SessionManager manager;

  @BeforeEach
  void start() {
    proxy = WireProxy.to(DATABASE.server().port());
    DATABASE.admin(
        "DROP SCHEMA IF EXISTS flight_around CASCADE; CREATE SCHEMA flight_around;"
            + "CREATE TABLE flight_around.landed (id text)");
    manager = manager(Map.of());
  }

  private SessionSettings settings(Map<String, String> changes) {
    Map<String, String> environment = new HashMap<>(DATABASE.server().environment());
    environment.put("POSTGRES_SCHEMA", "flight_around");
    environment.put("POSTGRES_PORT", Integer.toString(proxy.port()));
    environment.put("POOL_SIZE", "1");
    environment.put("OPENING_TIMEOUT", "20");
    environment.putAll(changes);
    return SessionSettings.from(environment);
  }

  private SessionManager manager(Map<String, String> changes) {
    return ThroughBlocking.ifChosen(
        SessionManagers.create(settings(changes), PasswordSource.fixed("postgres")));
  }

  private void restart(Map<String, String> changes) {
    TestDatabase.end(manager);
    manager = manager(changes);
  }

  @AfterEach
  void stop() {
    proxy.rewriteNothing();
    assertThat(TestDatabase.await(manager.quiesce(BOUND))).isTrue();
    assertThat(manager.stats().acquired()).isZero();
    TestDatabase.end(manager);
    proxy.close();
  }

  private static long applied(String id) {
    return DATABASE.number("SELECT count(*) FROM flight_around.landed WHERE id = '" + id + "'");
  }

  private Mono<Long> write(String id) {
    return Mono.defer(() -> manager.execute(WRITE, INSERT, id));
  }

  private static @Nullable Throwable errorOf(Mono<Long> write) {
    return TestDatabase.await(write.then(Mono.<Throwable>empty()).onErrorResume(Mono::just));
  }

  /** With kept statements, a message in front of a connection's first opening prepares one. */
  @Test
  void landIfTheirOpeningSucceedsBehindAMarkerThatFails() {
    restart(Map.of("STATEMENT_CACHE", "10"));
    proxy.rewrite("PREPARE \"", "PREPARD \"");

    assertThat(errorOf(write("marked"))).isNull();
    assertThat(applied("marked")).isOne();
  }

  /** The replay of an opening ends the backend of the one before, which it may not. */
  @Test
  void landIfTheGhostInFrontOfTheirOpeningCannotBeEnded() {
    restart(Map.of("OPENING_TIMEOUT", "0.2"));
    TestDatabase.await(manager.prime().then(Mono.delay(Duration.ofMillis(600))));
    proxy.blackHole();
    proxy.rewrite("pg_terminate_backend", "pg_terminate_backemd");

    assertThat(errorOf(write("replayed"))).isNull();
    assertThat(applied("replayed")).isOne();
  }

  /** A text has taken the mark away that tells a connection that was not reset. */
  @Test
  void areNotSentTwiceBehindAResetThatFailsUnnoticed() {
    DATABASE.admin(
        "CREATE FUNCTION flight_around.unmark() RETURNS text LANGUAGE sql AS"
            + " $$ SELECT set_config('warmpool.session', '', false) $$");
    TestDatabase.await(manager.prime());
    await().until(() -> proxy.messages().stream().anyMatch(m -> m.text().contains("DISCARD")));
    proxy.rewrite("DISCARD ALL", "DISCARD NIL");

    Throwable error = errorOf(manager.execute(WRITE, "SELECT unmark()").then(write("behind")));

    assertThat(error).isInstanceOf(CommitOutcomeUnknownException.class);
    await().untilAsserted(() -> assertThat(applied("behind")).isOne());
  }

  /** As the driver's own failure to read an answer, for want of memory, closes the connection. */
  @Test
  void areUnknownIfTheirAnswerCannotBeRead() {
    TestDatabase.await(manager.prime());
    proxy.rewrite("INSERT 0 1", "INSERT 0 ?");

    assertThatThrownBy(() -> TestDatabase.await(write("unread")))
        .isInstanceOf(CommitOutcomeUnknownException.class);
    assertThat(applied("unread")).isOne();
  }

  /** The same before the opening's answer was read. */
  @Test
  void areUnknownIfTheAnswerToTheirOpeningCannotBeRead() {
    TestDatabase.await(manager.prime().then(manager.execute(WRITE.snapshot(), "SELECT 1")));
    proxy.rewrite("C\0\0\0\rSELECT 0", "C\0\0\0\1SELECT 0"); // too short a message

    assertThatThrownBy(() -> TestDatabase.await(write("unread")))
        .isInstanceOf(CommitOutcomeUnknownException.class);
    await().untilAsserted(() -> assertThat(applied("unread")).isOne());
  }

  /** As a process that is frozen until then: the answer comes, but is read too late. */
  @Test
  void areUnknownToAThreadThatWaitsIfTheLoopStandsStill() {
    TestDatabase.await(manager.prime());
    Deadline deadline = Deadline.after(Duration.ofMillis(500));
    SessionManager standing =
        SessionManagers.listening(
            settings(Map.of()), PasswordSource.fixed("postgres"), standingStillUntil(deadline));
    BlockingSessions waiting = standing.blocking();

    assertThatThrownBy(
            () ->
                waiting.execute(
                    WRITE.by(deadline), "WITH s AS (SELECT pg_sleep(0.1)) " + INSERT_SELECT))
        .isInstanceOf(CommitOutcomeUnknownException.class);
    assertThat(applied("slow")).isOne();
    TestDatabase.end(standing);
  }

  private static SessionListener standingStillUntil(Deadline deadline) {
    return new SessionListener() {
      @Override
      public void opened(ObservedSession session, Duration time) {
        Instant end = deadline.at().plus(deadline.grace()).plusMillis(10);
        while (Instant.now().isBefore(end)) {
          LockSupport.parkNanos(1_000_000);
        }
      }
    };
  }

  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void areAppliedOnceOrUnknownIfTheServerIsKilledAtAnyMoment() throws SQLException {
    int tries = 40 * COUNTS;
    int unknown = 0;
    try (Connection admin = DATABASE.server().admin();
        Statement kill = admin.createStatement()) {
      for (int i = 0; i < tries; i++) {
        unknown += isUnknown("killed " + i, kill) ? 1 : 0;
      }
    }
    assertThat(unknown).isLessThan(tries);
  }

  /** Writes behind another statement; returns whether it is not known if that is done. */
  private boolean isUnknown(String id, Statement kill) {
    TestDatabase.await(manager.prime());
    CompletableFuture<Void> killed =
        CompletableFuture.runAsync(() -> killSoon(kill), Schedulers.boundedElastic()::schedule);
    Mono<Long> before = manager.execute(WRITE, "SELECT 1").onErrorReturn(0L);
    Throwable error = errorOf(before.then(before).then(write(id)));
    killed.join();
    boolean unknown = error instanceof CommitOutcomeUnknownException;
    long least = error == null ? 1 : 0;
    long most = error == null || unknown ? 1 : 0;
    assertThat(applied(id)).as(() -> id + ": " + error).isBetween(least, most);
    return unknown;
  }

  private static void killSoon(Statement kill) {
    LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(6_000_000));
    try {
      kill.execute(
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
              + " WHERE application_name = 'warmpool'");
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
