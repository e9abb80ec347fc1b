package dev.warmpool.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmpool.session.testkit.PostgresServer;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * A process that is killed during a request with an idempotency key leaves either no row or a row
 * with the kept response.
 */
class KilledHandlerIT {

  private static final int ROUNDS = 4 * Integer.getInteger("counts", 1);

  /** A trigger delays the insert by this, so that the test sees it before it kills the process. */
  private static final int INSERT_MILLIS = 300;

  private static final String INSERTING =
      "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND application_name ="
          + " 'warmpool' AND query LIKE 'INSERT INTO users%'";

  private static ProjectStack project;

  @BeforeAll
  static void start() {
    project =
        ProjectStack.start(
            PostgresServer.shared(), Map.of("POSTGRES_SCHEMA", "killed"), UnaryOperator.identity());
    PostgresServer.shared()
        .execute(
            "CREATE FUNCTION killed.slow() RETURNS trigger LANGUAGE plpgsql AS"
                + " 'BEGIN PERFORM pg_sleep("
                + INSERT_MILLIS / 1e3
                + "); RETURN NEW; END';"
                + "CREATE TRIGGER slow BEFORE INSERT ON killed.users"
                + " FOR EACH ROW EXECUTE FUNCTION killed.slow()");
  }

  @AfterAll
  static void stop() {
    project.close();
  }

  @Test
  void insertsExactlyOneRowForARepeatedRequest() throws Exception {
    Random random = new Random(7);
    Set<Integer> first = new HashSet<>();
    for (int round = 0; round < ROUNDS; round++) {
      first.add(killed(round, random.nextInt(INSERT_MILLIS + INSERT_MILLIS / 2)));
      assertThat(
              PostgresServer.shared()
                  .number(
                      "SELECT count(*) FROM killed.users WHERE email = 'k"
                          + round
                          + "@example.org'"))
          .isEqualTo(1);
    }
    assertThat(first).as("some processes were killed before their response").contains(500);
  }

  private static int killed(int round, int afterMillis) {
    String body = "{\"email\":\"k" + round + "@example.org\",\"name\":\"K\"}";
    Map<String, String> key = Map.of("Idempotency-Key", "k" + round);
    CompletableFuture<HttpResponse<String>> request =
        project.http().sendAsync("POST", "/users", body, key);
    Awaitility.await()
        .pollInterval(Duration.ofMillis(10))
        .until(() -> PostgresServer.shared().number(INSERTING) > 0);
    CompletableFuture.runAsync(
            KilledHandlerIT::killAll,
            CompletableFuture.delayedExecutor(afterMillis, TimeUnit.MILLISECONDS))
        .join();
    HttpResponse<String> first = request.join();
    Awaitility.await().until(() -> project.processes().stream().allMatch(KilledHandlerIT::lives));
    HttpResponse<String> again = project.http().send("POST", "/users", body, key);
    assertThat(again.statusCode()).as("round %s after %s", round, first).isEqualTo(201);
    if (first.statusCode() == 201) {
      assertThat(again.body()).isEqualTo(first.body());
    }
    return first.statusCode();
  }

  private static boolean lives(long process) {
    return ProcessHandle.of(process).filter(ProcessHandle::isAlive).isPresent();
  }

  private static void killAll() {
    project
        .processes()
        .forEach(process -> ProcessHandle.of(process).ifPresent(ProcessHandle::destroyForcibly));
  }
}
