package dev.warmpool.functions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmpool.session.testkit.PostgresServer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Fifty environments that all start at once at a database that sleeps, as Aurora does at zero
 * capacity: it wakes up after 15 or 30 s, with {@code -Psoak}; a tenth of all times otherwise.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class SleepingDatabaseIT {

  private static final double SCALE = Integer.getInteger("counts", 1) == 1 ? 0.1 : 1;
  private static final int ENVIRONMENTS = 50;

  private final ExecutorService callers = Executors.newFixedThreadPool(ENVIRONMENTS);
  private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
  private final List<Api> environments = new ArrayList<>();
  private SleepingDatabase database;

  @BeforeAll
  static void makeRoles() {
    Api.migrate("app");
    for (int i = 0; i < ENVIRONMENTS; i++) {
      Api.admin("DROP ROLE IF EXISTS env_" + i + "; CREATE ROLE env_" + i + " LOGIN SUPERUSER");
    }
  }

  @BeforeEach
  void start() {
    database = new SleepingDatabase(PostgresServer.shared().port());
  }

  @AfterEach
  void stop() throws IOException {
    callers.shutdownNow();
    clock.shutdownNow();
    environments.forEach(Api::close);
    database.close();
  }

  private void startEnvironments(double poolTimeout) {
    for (int i = 0; i < ENVIRONMENTS; i++) {
      environments.add(
          Api.with(
              Map.of(
                  "POSTGRES_PORT",
                  Integer.toString(database.port()),
                  "POSTGRES_USER",
                  "env_" + i,
                  "POSTGRES_SCHEMA",
                  "app",
                  "POOL_TIMEOUT",
                  Double.toString(poolTimeout),
                  "POOL_IDLE",
                  "2")));
    }
  }

  private void wakeAfter(double seconds) {
    clock.schedule(database::wake, (long) (seconds * SCALE * 1_000), TimeUnit.MILLISECONDS);
  }

  private List<Api.Answer> askAll() throws Exception {
    List<Future<Api.Answer>> asked =
        environments.stream()
            .map(api -> callers.submit(() -> api.send(Event.of("GET /users"))))
            .toList();
    List<Api.Answer> answers = new ArrayList<>();
    for (Future<Api.Answer> answer : asked) {
      answers.add(answer.get());
    }
    return answers;
  }

  private void assertEveryoneIsServed() throws Exception {
    database.awaitAwake();
    assertThat(askAll()).allMatch(answer -> answer.status() == 200);
  }

  /** Each environment has had two requests at most, and tries twice for one. */
  private void assertNoStorm() {
    assertThat(database.attempts()).hasSize(ENVIRONMENTS);
    assertThat(database.attempts().values()).allMatch(attempts -> attempts <= 4);
  }

  /** With POOL_TIMEOUT's default of 5 s no request can wait for the database. */
  @ParameterizedTest
  @ValueSource(ints = {15, 30})
  void tellsEveryCallerWhenToComeAgain(int seconds) throws Exception {
    startEnvironments(5 * SCALE);
    wakeAfter(seconds);
    assertThat(askAll())
        .allSatisfy(
            answer -> {
              assertThat(answer.status()).isIn(200, 503);
              if (answer.status() == 503) {
                assertThat(answer.headers()).containsKey("retry-after");
              }
            });
    assertEveryoneIsServed();
    assertNoStorm();
  }

  @Test
  void waitsForTheDatabaseIfPoolTimeoutAllows() throws Exception {
    startEnvironments(60);
    wakeAfter(15);
    assertThat(askAll()).allMatch(answer -> answer.status() == 200);
    assertNoStorm();
    assertEveryoneIsServed();
  }

  @Test
  void leavesNoConnectionThatKeepsTheDatabaseAwake() throws Exception {
    startEnvironments(60);
    database.wake();
    assertEveryoneIsServed();
    assertThat(database.connections()).isEqualTo(ENVIRONMENTS);
    Awaitility.await().until(() -> database.connections() == 0);
    assertThat(PostgresServer.shared().states()).isEmpty();
    assertEveryoneIsServed();
  }
}
