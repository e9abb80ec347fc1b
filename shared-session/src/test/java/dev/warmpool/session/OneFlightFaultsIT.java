package dev.warmpool.session;

import static dev.warmpool.session.TestDatabase.BOUND;
import static dev.warmpool.session.TestDatabase.COUNTS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.warmpool.session.testkit.FrontendMessage;
import dev.warmpool.session.testkit.PostgresServer;
import dev.warmpool.session.testkit.WireProxy;
import io.r2dbc.spi.R2dbcException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Writes in one flight on connections that have died, and openings that are cancelled. */
class OneFlightFaultsIT {

  private static final TestDatabase DATABASE = new TestDatabase(PostgresServer.shared());

  private static final SessionOptions WRITE = SessionOptions.standard();

  private static final String INSERT = "INSERT INTO landed VALUES ($1)";

  private static final String QUALIFIED = "INSERT INTO flight_faults.landed VALUES ($1)";

  /** The library takes a connection that has answered within this time to be alive. */
  private static final Duration WINDOW = Duration.ofMillis(500);

  private static final int TRIES = COUNTS > 1 ? 1_000 / (Death.values().length * 3) : 1;

  private WireProxy proxy;
  private SessionManager manager;

  /** A way in which a connection dies. */
  enum Death {
    CLOSED {
      @Override
      void strike(WireProxy proxy) {
        proxy.closeAll();
      }
    },
    RESET {
      @Override
      void strike(WireProxy proxy) {
        proxy.cutAll();
      }
    },
    RESET_ON_NEXT_WRITE {
      @Override
      void strike(WireProxy proxy) {
        proxy.resetOnNextWrite();
      }
    },
    KILLED {
      @Override
      void strike(WireProxy proxy) {
        DATABASE.killAll();
      }
    },
    BLACK_HOLE {
      @Override
      void strike(WireProxy proxy) {
        proxy.blackHole();
      }
    },
    ANSWERS_LOST {
      @Override
      void strike(WireProxy proxy) {
        proxy.swallowAnswers();
      }
    };

    abstract void strike(WireProxy proxy);
  }

  @BeforeEach
  void start() {
    proxy = WireProxy.to(DATABASE.server().port());
    DATABASE.admin(
        "DROP SCHEMA IF EXISTS flight_faults CASCADE; CREATE SCHEMA flight_faults;"
            + "CREATE TABLE flight_faults.landed (id text)");
    manager = manager(Map.of());
  }

  private SessionManager manager(Map<String, String> changes) {
    Map<String, String> environment = new HashMap<>();
    environment.put("POSTGRES_PORT", Integer.toString(proxy.port()));
    environment.put("OPENING_TIMEOUT", "0.2");
    environment.put("POOL_SIZE", "1");
    environment.putAll(changes);
    return DATABASE.manager("flight_faults", environment);
  }

  private void waitLongForOpenings() {
    TestDatabase.end(manager);
    manager = manager(Map.of("OPENING_TIMEOUT", "20"));
  }

  @AfterEach
  void stop() {
    assertThat(TestDatabase.await(manager.quiesce(BOUND))).isTrue();
    assertThat(manager.stats().acquired()).isZero();
    TestDatabase.end(manager);
    proxy.close();
  }

  static Stream<Arguments> deaths() {
    Stream<Duration> idle = Stream.of(10L, 400L, 600L, 10_000L).map(Duration::ofMillis);
    return idle.filter(time -> COUNTS > 1 || time.toSeconds() < 10)
        .flatMap(time -> Stream.of(Death.values()).map(death -> Arguments.of(death, time)));
  }

  /** How often the statement was applied. */
  private static long applied(String id) {
    return DATABASE.number("SELECT count(*) FROM flight_faults.landed WHERE id = '" + id + "'");
  }

  /** Writes on a connection that has died after this time without a session. */
  private Throwable write(SessionOptions options, Death death, Duration idle, String id) {
    TestDatabase.await(manager.prime().then(Mono.delay(idle)));
    death.strike(proxy);
    return TestDatabase.await(
        manager
            .execute(options, INSERT, id)
            .then(Mono.<Throwable>empty())
            .onErrorResume(Mono::just));
  }

  @ParameterizedTest
  @MethodSource("deaths")
  @Timeout(value = 30, unit = TimeUnit.MINUTES)
  void applyAWriteOnceOrSayThatItIsUnknown(Death death, Duration idle) {
    for (int i = 0; i < TRIES; i++) {
      String id = UUID.randomUUID().toString();

      Throwable error = write(WRITE, death, idle, id);

      if (error == null) {
        assertThat(applied(id)).isOne();
      } else {
        assertThat(error).isInstanceOf(CommitOutcomeUnknownException.class);
        assertThat(applied(id)).isLessThanOrEqualTo(1);
        assertThat(idle).isLessThan(WINDOW);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("deaths")
  @Timeout(value = 30, unit = TimeUnit.MINUTES)
  void neverFailIfTheyMayBeRepeated(Death death, Duration idle) {
    for (int i = 0; i < TRIES; i++) {
      String id = UUID.randomUUID().toString();

      assertThat(write(WRITE.idempotent(), death, idle, id)).isNull();
      assertThat(applied(id)).isBetween(1L, 2L);
    }
  }

  /** The statement was run, but its connection is lost before the answer. */
  @Test
  void areSentAgainAfterALostAnswerIfTheyMayBeRepeated() {
    waitLongForOpenings();
    TestDatabase.await(manager.prime());
    proxy.swallowAnswersTo(message -> message.text().equals(INSERT) && applied("again") == 0);
    Mono<Long> write = manager.execute(WRITE.idempotent(), INSERT, "again");

    assertThat(TestDatabase.await(Mono.zip(write, cutWhenLanded("again"))).getT1()).isOne();
    assertThat(applied("again")).isEqualTo(2);
  }

  /** The reset of the session before is lost with them, so it is not known to have failed. */
  @Test
  void areNotSentAgainIfAllAnswersBehindAResetAreLost() {
    waitLongForOpenings();
    TestDatabase.await(manager.prime());
    await().until(() -> proxy.messages().stream().anyMatch(OneFlightFaultsIT::isReset));
    proxy.swallowAnswersTo(OneFlightFaultsIT::isReset);
    Mono<Long> writes =
        manager
            .execute(WRITE, INSERT, "before")
            .then(Mono.defer(() -> manager.execute(WRITE, INSERT, "behind")));

    assertThatThrownBy(() -> TestDatabase.await(Mono.zip(writes, cutWhenLanded("behind"))))
        .isInstanceOf(CommitOutcomeUnknownException.class);
    assertThat(applied("behind")).isOne();
  }

  private static boolean isReset(FrontendMessage message) {
    return message.text().contains("DISCARD");
  }

  private Mono<Boolean> cutWhenLanded(String id) {
    Mono<Void> cut =
        Mono.fromRunnable(
            () -> {
              await().until(() -> applied(id) > 0);
              proxy.cutAll();
            });
    return cut.subscribeOn(Schedulers.boundedElastic()).thenReturn(true);
  }

  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void letNothingLandWhoseOpeningIsCancelledAtAnyMoment() {
    int tries = 150 * COUNTS;
    Map<Boolean, Integer> done = new HashMap<>();
    AtomicBoolean over = new AtomicBoolean();
    waitLongForOpenings();
    Thread cancelling = new Thread(() -> cancelUntil(over), "cancelling");
    cancelling.start();
    try {
      for (int i = 0; i < tries; i++) {
        String id = "cancelled " + i;
        lands(id, i % 2 == 0 ? INSERT : QUALIFIED)
            .ifPresent(
                landed -> {
                  assertThat(applied(id)).isEqualTo(landed ? 1 : 0);
                  done.merge(landed, 1, Integer::sum);
                });
        assertThat(applied(id)).isLessThanOrEqualTo(1);
      }
    } finally {
      over.set(true);
    }
    assertThat(done).containsOnlyKeys(true, false);
    assertThat(done.get(true) + done.get(false)).isGreaterThan(tries * 9 / 10);
  }

  /**
   * Writes behind another statement; whether that is done, empty if it is unknown: an opening that
   * ends its connection may take its last answer along.
   */
  private Optional<Boolean> lands(String id, String sql) {
    Mono<Long> before =
        manager.execute(WRITE, "SELECT 1").onErrorReturn(OneFlightFaultsIT::isCancelled, 0L);
    return TestDatabase.await(
        before
            .then(manager.execute(WRITE, sql, id).thenReturn(Optional.of(true)))
            .onErrorReturn(CommitOutcomeUnknownException.class, Optional.empty())
            .onErrorReturn(OneFlightFaultsIT::isCancelled, Optional.of(false)));
  }

  /** A cancel that strikes what a new connection does first is told as one that cannot connect. */
  private static boolean isCancelled(Throwable error) {
    return error instanceof R2dbcException || error instanceof SessionUnavailableException;
  }

  private static void cancelUntil(AtomicBoolean over) {
    try (Connection admin = DATABASE.server().admin();
        Statement cancel = admin.createStatement()) {
      while (!over.get()) {
        LockSupport.parkNanos(ThreadLocalRandom.current().nextLong(1_000_000));
        cancel.execute(
            "SELECT pg_cancel_backend(pid) FROM pg_stat_activity"
                + " WHERE application_name = 'warmpool' AND state = 'active'");
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
