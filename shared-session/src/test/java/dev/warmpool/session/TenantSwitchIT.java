package dev.warmpool.session;

import static dev.warmpool.session.TestDatabase.COUNTS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmpool.session.testkit.PostgresServer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Serves two tenants in turn on the one connection that a manager may have, bound at start-up.
 * Several managers run at once, so that the pauses overlap.
 */
class TenantSwitchIT {

  private static final TestDatabase DATABASE = new TestDatabase(PostgresServer.shared());
  private static final List<String> TENANTS = List.of("switch_a", "switch_b");
  private static final int MANAGERS = 5;
  private static final int SWITCHES = 20 * COUNTS;
  private static final Duration IDLE = Duration.ofMillis(500);
  private static final Duration ALL = Duration.ofMinutes(3);

  private List<SessionManager> managers;

  @BeforeEach
  void start() {
    for (String tenant : TENANTS) {
      DATABASE.admin(
          "DROP SCHEMA IF EXISTS %1$s CASCADE; CREATE SCHEMA %1$s;".formatted(tenant)
              + " CREATE TABLE %1$s.t AS SELECT '%1$s' name".formatted(tenant));
    }
    managers = Stream.generate(TenantSwitchIT::manager).limit(MANAGERS).toList();
  }

  private static SessionManager manager() {
    return DATABASE.manager(
        TENANTS.get(0),
        Map.of(
            "SCHEMA_BINDING", "startup",
            "POOL_SIZE", "1",
            "MAX_OVERFLOW", "0",
            "POOL_IDLE", Double.toString(IDLE.toMillis() / 1e3)));
  }

  @AfterEach
  void stop() {
    managers.forEach(TestDatabase::end);
  }

  private static Mono<String> name(SessionManager manager, String tenant) {
    return manager.inSession(
        SessionOptions.standard().in(new Schema(tenant)),
        session -> session.query("SELECT name FROM t", row -> row.get(0, String.class)).single());
  }

  private static Mono<Void> turn(SessionManager manager, String tenant, Duration pause) {
    return Mono.delay(pause)
        .then(name(manager, tenant))
        .doOnNext(
            name -> {
              assertThat(name).isEqualTo(tenant);
              assertThat(manager.stats().idle()).isEqualTo(1);
              assertThat(manager.stats().acquired()).isZero();
            })
        .then();
  }

  /** Each manager opens this many connections, and one for each that the server closed early. */
  private void assertOpens(int tenants, Duration pause, int connections) {
    Flux.fromIterable(managers)
        .flatMap(
            manager ->
                Flux.range(0, SWITCHES)
                    .concatMap(i -> turn(manager, TENANTS.get(i % tenants), pause)))
        .then()
        .block(ALL);

    for (SessionManager manager : managers) {
      PoolStats stats = manager.stats();
      assertThat(stats.opened()).isEqualTo(connections + stats.replayed());
    }
  }

  /** By then the other tenant's connection has expired: making room must not open another one. */
  @Test
  void opensOneConnectionForEachSwitchSlowerThanPoolIdle() {
    assertOpens(2, IDLE.plusMillis(10), SWITCHES);
  }

  @Test
  void opensOneConnectionForEachFastSwitch() {
    assertOpens(2, Duration.ZERO, SWITCHES);
  }

  @Test
  void opensOneConnectionForOneTenant() {
    assertOpens(1, Duration.ZERO, 1);
  }
}
