package dev.warmpool.session;

import static dev.warmpool.session.TestDatabase.BOUND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import dev.warmpool.session.testkit.PostgresServer;
import dev.warmpool.session.testkit.WireProxy;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

/** Bounds the time that a session takes after its deadline, for each way in which it can end. */
class DeadlineIT {

  private static final TestDatabase DATABASE = new TestDatabase(PostgresServer.shared());
  private static final Duration LEFT = Duration.ofMillis(300);

  /** The time that a busy machine may add to the grace before the outcome is seen. */
  private static final Duration SLACK = Duration.ofMillis(95);

  private static final int TRIES = 5;

  private WireProxy proxy;
  private SessionManager manager;

  @BeforeEach
  void start() {
    DATABASE.admin(
        "DROP TABLE IF EXISTS late_it; CREATE TABLE late_it (n int);"
            + "CREATE OR REPLACE FUNCTION late_commit() RETURNS trigger LANGUAGE plpgsql AS"
            + " 'BEGIN PERFORM pg_sleep(20); RETURN NULL; END';"
            + "CREATE CONSTRAINT TRIGGER late AFTER INSERT ON late_it DEFERRABLE INITIALLY DEFERRED"
            + " FOR EACH ROW EXECUTE FUNCTION late_commit()");
    proxy = WireProxy.to(DATABASE.server().port());
    manager = DATABASE.manager("public", Map.of("POSTGRES_PORT", Integer.toString(proxy.port())));
    TestDatabase.pid(manager, SessionOptions.standard());
  }

  @AfterEach
  void stop() {
    assertThat(TestDatabase.await(manager.quiesce(BOUND))).isTrue();
    assertThat(manager.stats().acquired()).isZero();
    TestDatabase.end(manager);
    proxy.close();
  }

  /** A way to be late. */
  enum Late {
    /** The server's own time-out ends the statement. */
    ANSWERED {
      @Override
      Mono<?> work(Session session, WireProxy proxy) {
        return session.execute("SELECT pg_sleep(20)");
      }
    },
    /** The server's time-outs are switched off, so the statement is cancelled. */
    CANCELLED {
      @Override
      Mono<?> work(Session session, WireProxy proxy) {
        return session
            .execute("SET statement_timeout = 0; SET transaction_timeout = 0")
            .then(session.execute("SELECT pg_sleep(20)"));
      }
    },
    /** The server stops answering. */
    SILENT {
      @Override
      Mono<?> work(Session session, WireProxy proxy) {
        return session
            .execute("SELECT 1")
            .doOnNext(rows -> proxy.blackHole())
            .then(session.execute("SELECT pg_sleep(20)"));
      }
    },
    /** The server stops answering before the rollback. */
    ROLLED_BACK_LATE {
      @Override
      Mono<?> work(Session session, WireProxy proxy) {
        return session.execute("SELECT 1").doOnNext(rows -> proxy.swallowAnswers()).then(never());
      }
    },
    /** COMMIT was sent and takes longer than the grace. */
    COMMITTING {
      @Override
      Mono<?> work(Session session, WireProxy proxy) {
        return session.execute("INSERT INTO late_it VALUES (1)");
      }
    },
    /** COMMIT was sent and is not answered. */
    COMMITTING_SILENTLY {
      @Override
      Mono<?> work(Session session, WireProxy proxy) {
        return session.execute("SELECT 1").doOnNext(rows -> proxy.blackHole());
      }
    };

    abstract Mono<?> work(Session session, WireProxy proxy);

    private static Mono<?> never() {
      return Mono.never();
    }
  }

  @ParameterizedTest
  @EnumSource
  void endsWithinTheGrace(Late late) {
    assertEnds(late, Deadline.MAX_GRACE);
  }

  @ParameterizedTest
  @EnumSource
  void endsWithinAShorterGrace(Late late) {
    assertEnds(late, Duration.ofMillis(40));
  }

  /** The fastest of several tries: on a busy machine, each may be late by itself. */
  private void assertEnds(Late late, Duration grace) {
    assumeFalse(
        ThroughBlocking.CHOSEN && late == Late.ROLLED_BACK_LATE,
        "through blocking sessions: the work's own wait is not cut");
    Duration limit = grace.plus(SLACK);
    Duration fastest = ended(late, grace);
    for (int i = 1; i < TRIES && fastest.compareTo(limit) >= 0; i++) {
      stop();
      start();
      Duration next = ended(late, grace);
      fastest = next.compareTo(fastest) < 0 ? next : fastest;
    }
    assertThat(fastest).isLessThan(limit);
  }

  /** How long after its deadline a session has ended. */
  private Duration ended(Late late, Duration grace) {
    Deadline deadline = new Deadline(Instant.now().plus(LEFT), grace);
    Mono<Object> work =
        manager.inSession(
            SessionOptions.until(deadline),
            session -> late.work(session, proxy).cast(Object.class));

    assertThatThrownBy(() -> manager.await(work, BOUND)).isInstanceOf(SessionException.class);

    return Duration.between(deadline.at(), Instant.now());
  }

  @Test
  void endsWithinTheGraceInOneFlight() {
    assertFlightEnds();
  }

  @Test
  void endsWithinTheGraceInOneFlightThatIsNotAnswered() {
    proxy.swallowAnswersTo(message -> message.text().contains("pg_sleep"));
    assertFlightEnds();
  }

  private void assertFlightEnds() {
    Duration limit = Deadline.MAX_GRACE.plus(SLACK);
    Duration fastest = endedFlight();
    for (int i = 1; i < TRIES && fastest.compareTo(limit) >= 0; i++) {
      Duration next = endedFlight();
      fastest = next.compareTo(fastest) < 0 ? next : fastest;
    }
    assertThat(fastest).isLessThan(limit);
  }

  private Duration endedFlight() {
    Deadline deadline = Deadline.after(LEFT);
    Mono<Long> work = manager.execute(SessionOptions.until(deadline), "SELECT pg_sleep(20)");

    assertThatThrownBy(() -> manager.await(work, BOUND)).isInstanceOf(SessionException.class);
    return Duration.between(deadline.at(), Instant.now());
  }

  /** With a value that fills every buffer between client and server. */
  @Test
  @EnabledOnOs(value = OS.LINUX, disabledReason = "a server process is stopped by SIGSTOP")
  void endsWithinTheGraceWhenTheServerDoesNotRead() {
    Duration limit = Deadline.MAX_GRACE.plus(SLACK);
    Duration fastest = endedUnread();
    for (int i = 1; i < TRIES && fastest.compareTo(limit) >= 0; i++) {
      Duration next = endedUnread();
      fastest = next.compareTo(fastest) < 0 ? next : fastest;
    }
    assertThat(fastest).isLessThan(limit);
  }

  private Duration endedUnread() {
    String large = "x".repeat(64 << 20);
    AtomicInteger stopped = new AtomicInteger();
    Deadline deadline = Deadline.after(Duration.ofSeconds(2));
    Mono<Long> work =
        manager.inSession(
            SessionOptions.until(deadline),
            session ->
                TestDatabase.pid(session)
                    .doOnNext(stopped::set)
                    .doOnNext(pid -> TestDatabase.signal("STOP", pid))
                    .flatMap(pid -> session.execute("SELECT length($1)", large)));
    try {
      assertThatThrownBy(() -> manager.await(work, BOUND))
          .isInstanceOf(DeadlineExceededException.class);
      return Duration.between(deadline.at(), Instant.now());
    } finally {
      TestDatabase.signal("CONT", stopped.get());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"+1000000000-12-31T23:59:59.999999999Z", "9999-12-31T23:59:59Z"})
  void acceptsADeadlineFarAway(String at) {
    SessionOptions options = SessionOptions.until(new Deadline(Instant.parse(at)));

    assertThat(TestDatabase.pid(manager, options)).isPositive();
    assertThat(TestDatabase.pid(manager, options.readOnly())).isPositive();
    assertThat(TestDatabase.await(manager.quiesce(BOUND))).isTrue();
  }

  @Test
  void sendsNothingIfTheDeadlineHasPassed() {
    proxy.forget();
    SessionOptions options = SessionOptions.until(new Deadline(Instant.MIN));

    assertThatThrownBy(() -> TestDatabase.pid(manager, options))
        .isInstanceOf(DeadlineExceededException.class);
    assertThat(proxy.messages()).isEmpty();
  }

  /** A blocked event loop runs no time-out. */
  @Test
  void doesNotCommitPastTheDeadlineAfterWorkThatBlocksTheLoop() {
    Mono<Long> work =
        manager.inSession(
            SessionOptions.until(Deadline.after(LEFT)),
            session ->
                session
                    .execute("CREATE TABLE late_blocked ()")
                    .doOnNext(rows -> spin(LEFT.multipliedBy(2))));

    assertThatThrownBy(() -> manager.await(work, BOUND))
        .isInstanceOf(DeadlineExceededException.class);
    assertThat(DATABASE.number("SELECT count(*) FROM pg_class WHERE relname = 'late_blocked'"))
        .isZero();
  }

  private static void spin(Duration time) {
    long until = System.nanoTime() + time.toNanos();
    while (System.nanoTime() < until) {
      Thread.onSpinWait();
    }
  }
}
