package dev.warmpool.session;

import static dev.warmpool.session.TestDatabase.BOUND;
import static dev.warmpool.session.TestDatabase.COUNTS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmpool.session.testkit.FakeRdsProxy;
import dev.warmpool.session.testkit.PgBouncer;
import dev.warmpool.session.testkit.PostgresServer;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Writes behind an opening whose role is refused, by a login role that could make them itself. */
class RefusedRoleIT {

  private static final TestDatabase DATABASE = new TestDatabase(PostgresServer.shared());
  private static final int SESSIONS = 300 * COUNTS;
  private static final int AT_ONCE = 4;

  @BeforeEach
  void start() {
    DATABASE.admin(
        "DROP SCHEMA IF EXISTS refused_it CASCADE; CREATE SCHEMA refused_it;"
            + "CREATE TABLE refused_it.item (name text)");
  }

  @AfterEach
  void stop() {
    DATABASE.admin("DROP SCHEMA refused_it CASCADE");
  }

  private static void assertNothingLands(Map<String, String> changes) {
    Map<String, String> settings = new HashMap<>(changes);
    settings.put("POOL_SIZE", "3");
    SessionManager manager = DATABASE.manager("refused_it", settings);
    AtomicInteger refused = new AtomicInteger();

    manager.await(
        Flux.range(0, SESSIONS).flatMap(i -> write(i, manager, refused), AT_ONCE).then(),
        Duration.ofMinutes(3));

    assertThat(TestDatabase.await(manager.quiesce(BOUND))).isTrue();
    assertThat(refused.get()).isPositive();
    assertThat(DATABASE.number("SELECT count(*) FROM refused_it.item")).isZero();
    TestDatabase.end(manager);
  }

  /** Half of the callers leave at any moment. */
  private static Mono<Void> write(int i, SessionManager manager, AtomicInteger refused) {
    SessionOptions options = SessionOptions.standard().as("nobody").with("app.tenant", "a");
    long micros = ThreadLocalRandom.current().nextLong(4_000);
    Mono<?> leaving = i % 2 == 0 ? Mono.never() : Mono.delay(Duration.ofNanos(micros * 1_000));
    return manager
        .inSession(
            i % 3 == 0 ? options.readOnly() : options,
            s -> s.execute("INSERT INTO refused_it.item VALUES ($1)", "landed"))
        .then()
        .takeUntilOther(leaving)
        .onErrorResume(
            RoleRefusedException.class, error -> Mono.fromRunnable(refused::incrementAndGet));
  }

  @Test
  void letsNothingLandDirectly() {
    assertNothingLands(Map.of());
  }

  @Test
  void letsNothingLandThroughPgBouncer() {
    PgBouncer.assumeInstalled();
    try (PgBouncer bouncer = PgBouncer.to(DATABASE.server().port(), "postgres")) {
      String port = Integer.toString(bouncer.port());
      assertNothingLands(Map.of("POSTGRES_PORT", port, "POSTGRES_POOLER", "pgbouncer"));
    }
  }

  @Test
  void letsNothingLandThroughRdsProxy() {
    try (FakeRdsProxy proxy = FakeRdsProxy.to(DATABASE.server().port(), 2)) {
      String port = Integer.toString(proxy.port());
      assertNothingLands(Map.of("POSTGRES_PORT", port, "POSTGRES_POOLER", "rds-proxy"));
    }
  }
}
