package dev.warmpool.session;

import static dev.warmpool.session.TestDatabase.COUNTS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmpool.session.testkit.PostgresServer;
import dev.warmpool.session.testkit.WireProxy;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;

/** Two tenants in turn on the one connection that there may be, each bound at startup. */
class TenantSwitchIT {

  private static final TestDatabase DATABASE = new TestDatabase(PostgresServer.shared());
  private static final int SWITCHES = 100 * COUNTS;
  private static final Duration IDLE = Duration.ofMillis(100);

  private WireProxy proxy;
  private SessionManager manager;

  @BeforeEach
  void start() {
    for (String tenant : new String[] {"switch_a", "switch_b"}) {
      DATABASE.admin(
          "DROP SCHEMA IF EXISTS %1$s CASCADE; CREATE SCHEMA %1$s;".formatted(tenant)
              + " CREATE TABLE %1$s.t AS SELECT '%1$s' name".formatted(tenant));
    }
    proxy = WireProxy.to(DATABASE.server().port());
    manager =
        DATABASE.manager(
            "switch_a",
            Map.of(
                "POSTGRES_PORT", Integer.toString(proxy.port()),
                "SCHEMA_BINDING", "startup",
                "POOL_SIZE", "1",
                "MAX_OVERFLOW", "0",
                "POOL_IDLE", Double.toString(IDLE.toMillis() / 1e3)));
  }

  @AfterEach
  void stop() {
    TestDatabase.end(manager);
    proxy.close();
  }

  private Mono<String> name(String tenant) {
    return manager.inSession(
        SessionOptions.standard().in(new Schema(tenant)),
        session -> session.query("SELECT name FROM t", row -> row.get(0, String.class)).single());
  }

  private long connects() {
    return proxy.messages().stream().filter(message -> message.kind() == '*').count();
  }

  /** By then the connection of the tenant before has expired. */
  @Test
  void opensOneConnectionForEachSwitchSlowerThanPoolIdle() {
    for (int i = 0; i < SWITCHES; i++) {
      String tenant = i % 2 == 0 ? "switch_a" : "switch_b";

      assertThat(TestDatabase.await(Mono.delay(IDLE.plusMillis(10)).then(name(tenant))))
          .isEqualTo(tenant);
      assertThat(manager.stats().idle()).isEqualTo(1);
      assertThat(manager.stats().acquired()).isZero();
    }

    // on a busy machine the server may close a connection before its first opening arrives
    long replayed = manager.stats().replayed();
    assertThat(manager.stats().opened()).isEqualTo(SWITCHES + replayed);
    assertThat(connects()).isEqualTo(SWITCHES + replayed);
  }

  @Test
  void opensOneConnectionForEachFastSwitch() {
    for (int i = 0; i < SWITCHES; i++) {
      TestDatabase.await(name(i % 2 == 0 ? "switch_a" : "switch_b"));
    }

    assertThat(connects()).isEqualTo(SWITCHES);
  }

  @Test
  void opensNoneForTheSameTenant() {
    for (int i = 0; i < SWITCHES; i++) {
      TestDatabase.await(name("switch_a"));
    }

    assertThat(connects()).isEqualTo(1);
  }
}
