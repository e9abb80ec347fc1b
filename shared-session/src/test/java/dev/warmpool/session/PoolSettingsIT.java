package dev.warmpool.session;

import static dev.warmpool.session.TestDatabase.BOUND;
import static dev.warmpool.session.TestDatabase.pid;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warmpool.session.internal.postgres.SqlStates;
import dev.warmpool.session.testkit.PostgresServer;
import dev.warmpool.session.testkit.WireProxy;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;

/** The effect of each setting of the pool where another class does not test it. */
class PoolSettingsIT {

  private static final TestDatabase DATABASE = new TestDatabase(PostgresServer.shared());
  private static final SessionOptions STANDARD = SessionOptions.standard();

  private final WireProxy proxy = WireProxy.to(DATABASE.server().port());
  private SessionManager manager;

  private void connect(Map<String, String> changes) {
    Map<String, String> settings = new HashMap<>(changes);
    settings.put("POSTGRES_PORT", Integer.toString(proxy.port()));
    settings.put("POOL_TIMEOUT", "20");
    manager = DATABASE.manager("public", settings);
  }

  @AfterEach
  void stop() {
    TestDatabase.end(manager);
    proxy.close();
  }

  /** Runs as many sessions at once; returns their backends. */
  private List<Integer> atOnce(int sessions) {
    return Flux.merge(
            IntStream.range(0, sessions)
                .mapToObj(
                    n ->
                        manager.inSession(
                            STANDARD,
                            s -> s.execute("SELECT pg_sleep(0.2)").then(TestDatabase.pid(s))))
                .toList())
        .collectList()
        .as(TestDatabase::await);
  }

  @Test
  void showsADeadConnectionToTheCallerIfPrePingIsOff() {
    connect(Map.of("POOL_PRE_PING", "false"));
    pid(manager, STANDARD);
    proxy.resetOnNextWrite();

    assertThatThrownBy(() -> pid(manager, STANDARD))
        .satisfies(error -> assertThat(SqlStates.isConnectionLoss(error)).isTrue());
    assertThat(manager.stats().replayed()).isZero();
    assertThat(pid(manager, STANDARD)).isPositive();
  }

  @Test
  void replaysOnceForAllConnectionsThatDiedTogether() {
    connect(Map.of("POOL_SIZE", "4"));
    assertThat(atOnce(4)).doesNotHaveDuplicates();
    proxy.resetOnNextWrite();

    assertThat(pid(manager, STANDARD)).isPositive();

    assertThat(manager.stats().replayed()).isOne();
  }

  @Test
  void closesConnectionsBeyondPoolSizeWhenTheyAreReturned() {
    connect(Map.of("POOL_SIZE", "1", "MAX_OVERFLOW", "2"));
    assertThat(atOnce(3)).doesNotHaveDuplicates();

    assertThat(manager.quiesce(BOUND).block(BOUND)).isTrue();
    assertThat(manager.stats().idle()).isOne();
    assertThat(manager.stats().acquired()).isZero();
  }
}
