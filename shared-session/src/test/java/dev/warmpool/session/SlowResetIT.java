package dev.warmpool.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmpool.session.testkit.PostgresServer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Commits in front of a reset that the server has not done at the deadline. */
class SlowResetIT {

  /** A server of its own, because a lock on its catalog stops other sessions, too. */
  private static final TestDatabase DATABASE = new TestDatabase(PostgresServer.with(Map.of()));

  private static final Duration LIFE = Duration.ofSeconds(3);

  /** COMMIT does without this table; dropping a temporary table writes to it. */
  private static final String LOCK =
      "DO $$BEGIN LOCK TABLE pg_class IN SHARE MODE; PERFORM pg_sleep(6); END$$";

  private static final String LOCKED =
      "SELECT count(*) FROM pg_locks WHERE relation = 'pg_class'::regclass"
          + " AND mode = 'ShareLock' AND granted";

  @AfterAll
  static void stopServer() {
    DATABASE.server().close();
  }

  private static void lock() {
    CompletableFuture.runAsync(() -> DATABASE.admin(LOCK), Schedulers.boundedElastic()::schedule);
    Awaitility.await().until(() -> DATABASE.number(LOCKED) == 1);
  }

  @Test
  void emitsTheResultOfAnAcknowledgedCommit() {
    SessionManager manager = DATABASE.manager("public", Map.of("MAX_OVERFLOW", "0"));
    Mono<Long> committed =
        manager.inSession(
            SessionOptions.until(Deadline.after(LIFE)),
            session ->
                session
                    .execute("CREATE TEMP TABLE slow_reset_it (n int)")
                    .delayUntil(rows -> Mono.fromRunnable(SlowResetIT::lock)));

    assertThat(TestDatabase.await(committed)).isZero();

    assertThat(manager.stats().acquired()).isZero();
    assertThat(manager.stats().idle()).isZero();
    TestDatabase.end(manager);
  }
}
