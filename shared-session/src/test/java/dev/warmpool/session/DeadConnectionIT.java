package dev.warmpool.session;

import static dev.warmpool.session.TestDatabase.BOUND;
import static dev.warmpool.session.TestDatabase.COUNTS;
import static dev.warmpool.session.TestDatabase.pid;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warmpool.session.internal.postgres.SqlStates;
import dev.warmpool.session.testkit.PostgresServer;
import dev.warmpool.session.testkit.WireProxy;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.publisher.Flux;

/** Connections that died while they were idle. */
class DeadConnectionIT {

  private static final TestDatabase DATABASE = new TestDatabase(PostgresServer.shared());
  private static final int TRIES = 100 * COUNTS;

  private WireProxy proxy;
  private SessionManager manager;

  /** A way in which a connection dies. */
  enum Death {
    KILL {
      @Override
      void strike(WireProxy proxy) {
        DATABASE.killAll();
      }
    },
    CUT {
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
    };

    abstract void strike(WireProxy proxy);
  }

  @BeforeEach
  void start() {
    proxy = WireProxy.to(DATABASE.server().port());
    DATABASE.admin(
        "DROP TABLE IF EXISTS dead_it; CREATE TABLE dead_it (id int PRIMARY KEY, n int);"
            + "INSERT INTO dead_it VALUES (1, 0)");
    manager =
        DATABASE.manager(
            "public",
            Map.of(
                "POSTGRES_PORT", Integer.toString(proxy.port()),
                "OPENING_TIMEOUT", "0.2",
                "POOL_SIZE", "4"));
  }

  @AfterEach
  void stop() {
    assertThat(TestDatabase.await(manager.quiesce(BOUND))).isTrue();
    assertThat(manager.stats().acquired()).isZero();
    TestDatabase.end(manager);
    proxy.close();
  }

  @ParameterizedTest
  @EnumSource
  void hidesADeadConnectionFromTheCaller(Death death) {
    for (int i = 0; i < TRIES; i++) {
      SessionOptions options = SessionOptions.standard();
      pid(manager, options);
      death.strike(proxy);
      assertThat(pid(manager, i % 2 == 0 ? options : options.readOnly())).isPositive();
    }
  }

  @Test
  void hidesThatEveryConnectionOfThePoolDied() {
    for (int i = 0; i < Math.max(3, TRIES / 20); i++) {
      List<Integer> pids =
          Flux.merge(
                  IntStream.range(0, 4)
                      .mapToObj(
                          n ->
                              manager.inSession(
                                  SessionOptions.standard(),
                                  s -> s.execute("SELECT pg_sleep(0.2)").then(TestDatabase.pid(s))))
                      .toList())
              .collectList()
              .as(TestDatabase::await);
      assertThat(pids).doesNotHaveDuplicates();
      DATABASE.killAll();
      assertThat(pid(manager, SessionOptions.standard())).isPositive();
    }
  }

  @Test
  void replacesAConnectionThatDoesNotAnswer() {
    for (int i = 0; i < Math.max(3, TRIES / 10); i++) {
      Integer before = pid(manager, SessionOptions.standard());
      proxy.blackHole();
      assertThat(pid(manager, SessionOptions.standard())).isNotEqualTo(before);
    }
  }

  @Test
  void replaysWithoutWaitingForTheLocksOfTheUnansweredOpening() {
    pid(manager, SessionOptions.standard());
    proxy.swallowAnswers();
    long began = System.nanoTime();
    manager
        .inSession(
            SessionOptions.standard(), s -> s.execute("UPDATE dead_it SET n = n + 1 WHERE id = 1"))
        .as(TestDatabase::await);
    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofMillis(1500));
    assertThat(DATABASE.number("SELECT n FROM dead_it WHERE id = 1")).isEqualTo(1);
  }

  @Test
  void sendsNoStatementAgainOnceTheOpeningIsAcknowledged() {
    proxy.cutBeforeAnswerTo(message -> message.text().contains("pg_sleep"));
    assertThatThrownBy(
            () ->
                manager
                    .inSession(
                        SessionOptions.standard(),
                        s -> s.execute("SELECT 1").then(s.execute("SELECT pg_sleep(0)")))
                    .as(TestDatabase::await))
        .satisfies(e -> assertThat(SqlStates.isConnectionLoss(e)).isTrue());
    assertThat(proxy.messages().stream().filter(m -> m.text().contains("pg_sleep"))).hasSize(1);
  }

  @Test
  void reportsAnUnansweredCommitAsUnknown() {
    proxy.cutBeforeAnswerTo(message -> message.text().equals("COMMIT"));
    assertThatThrownBy(
            () ->
                manager
                    .inSession(
                        SessionOptions.standard(),
                        s -> s.execute("UPDATE dead_it SET n = 7 WHERE id = 1"))
                    .as(TestDatabase::await))
        .isInstanceOf(CommitOutcomeUnknownException.class)
        .hasMessage(
            "session 'session' sent COMMIT and got no answer (08006 connection lost):"
                + " look at the data before doing the work again");
    assertThat(DATABASE.number("SELECT n FROM dead_it WHERE id = 1")).isEqualTo(7);
    proxy.cutBeforeAnswerTo(message -> false);
    assertThat(pid(manager, SessionOptions.standard())).isPositive();
  }

  @Test
  void namesTheSettingWhenASilentOpeningIsNotReplayed() {
    SessionManager plain =
        DATABASE.manager(
            "public",
            Map.of(
                "POSTGRES_PORT", Integer.toString(proxy.port()),
                "OPENING_TIMEOUT", "0.2",
                "POOL_PRE_PING", "false"));
    TestDatabase.pid(plain, SessionOptions.standard());
    proxy.blackHole();

    assertThatThrownBy(() -> TestDatabase.pid(plain, SessionOptions.standard()))
        .isInstanceOf(SessionUnavailableException.class)
        .hasMessage("the session's opening got no answer within 200 ms (OPENING_TIMEOUT)");

    assertThat(TestDatabase.pid(plain, SessionOptions.standard())).isPositive();
    TestDatabase.end(plain);
  }
}
