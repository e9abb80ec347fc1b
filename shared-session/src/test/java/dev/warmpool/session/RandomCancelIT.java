package dev.warmpool.session;

import static dev.warmpool.session.TestDatabase.BOUND;
import static dev.warmpool.session.TestDatabase.COUNTS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmpool.session.testkit.PostgresServer;
import dev.warmpool.session.testkit.WireProxy;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Callers that cancel at any moment, on a slow network. */
class RandomCancelIT {

  /** A server of its own, so that no other test's connections are on it. */
  private static final TestDatabase DATABASE = new TestDatabase(PostgresServer.with(Map.of()));

  private static final int SESSIONS = 2_000 * COUNTS;
  private static final int AT_ONCE = 8;

  /** One caller in so many does not cancel, so that some sessions end on the slowest machine. */
  private static final int ONE_STAYS = 20;

  @AfterAll
  static void stopServer() {
    DATABASE.server().close();
  }

  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void neitherLeaksNorSharesConnections() {
    DATABASE.admin("DROP TABLE IF EXISTS cancel_it; CREATE TABLE cancel_it (owner text)");
    WireProxy proxy = WireProxy.to(DATABASE.server().port());
    proxy.delay(Duration.ofMillis(1));
    SessionManager manager =
        DATABASE.manager(
            "public",
            Map.of(
                "POSTGRES_PORT", Integer.toString(proxy.port()),
                "POOL_SIZE", "3",
                "MAX_OVERFLOW", "1"));
    AtomicInteger intruders = new AtomicInteger();
    AtomicInteger done = new AtomicInteger();

    manager.await(
        Flux.range(0, SESSIONS)
            .flatMap(i -> cancelled(i, manager, intruders, done), AT_ONCE)
            .then(),
        Duration.ofMinutes(9));

    assertThat(TestDatabase.await(manager.quiesce(BOUND))).isTrue();
    assertThat(intruders).hasValue(0);
    assertThat(done.get()).isBetween(1, SESSIONS - 1);
    assertThat(manager.stats().acquired()).isZero();
    assertThat(manager.stats().sessions()).isZero();
    Awaitility.await().until(() -> DATABASE.states().stream().allMatch("idle"::equals));
    assertThat(DATABASE.number("SELECT count(*) FROM cancel_it"))
        .isGreaterThanOrEqualTo(done.get());
    TestDatabase.end(manager);
    proxy.close();
    Awaitility.await().until(() -> DATABASE.states().isEmpty());
  }

  private static Mono<Void> cancelled(
      int i, SessionManager manager, AtomicInteger intruders, AtomicInteger done) {
    String owner = UUID.randomUUID().toString();
    long micros = ThreadLocalRandom.current().nextLong(60_000);
    boolean writes = ThreadLocalRandom.current().nextBoolean();
    SessionOptions options = SessionOptions.standard();
    Mono<?> leaving =
        i % ONE_STAYS == 0 ? Mono.never() : Mono.delay(Duration.ofNanos(micros * 1_000));
    return manager
        .inSession(writes ? options : options.readOnly(), s -> owned(s, owner, intruders, writes))
        .doOnSuccess(count -> done.addAndGet(writes ? 1 : 0))
        .then()
        .takeUntilOther(leaving);
  }

  /** Marks the backend with the owner, then reads the mark: another session would replace it. */
  private static Mono<Long> owned(
      Session session, String owner, AtomicInteger intruders, boolean writes) {
    Mono<Long> write =
        writes ? session.execute("INSERT INTO cancel_it VALUES ($1)", owner) : Mono.just(0L);
    return session
        .execute("SELECT set_config('cancel.owner', $1, false)", owner)
        .then(write)
        .then(
            session
                .query("SELECT current_setting('cancel.owner')", row -> row.get(0, String.class))
                .single())
        .doOnNext(
            seen -> {
              if (!seen.equals(owner)) {
                intruders.incrementAndGet();
              }
            })
        .thenReturn(1L);
  }
}
