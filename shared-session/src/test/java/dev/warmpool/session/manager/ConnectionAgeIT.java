package dev.warmpool.session.manager;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmpool.session.PasswordSource;
import dev.warmpool.session.SessionManager;
import dev.warmpool.session.SessionOptions;
import dev.warmpool.session.internal.listen.Listening;
import dev.warmpool.session.settings.SessionSettings;
import dev.warmpool.session.testkit.PostgresServer;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Replaces connections by the wall clock, which this test advances. */
class ConnectionAgeIT {

  private static final Duration BOUND = Duration.ofSeconds(20);
  private static final PostgresServer SERVER = PostgresServer.shared();

  private volatile Instant now = Instant.EPOCH;
  private SessionManager manager;

  @BeforeEach
  void start() {
    Map<String, String> environment = new HashMap<>(SERVER.environment());
    environment.putAll(
        Map.of(
            "POSTGRES_SCHEMA", "public",
            "POOL_RECYCLE", "1000",
            "POOL_IDLE", "300",
            "POOL_TIMEOUT", "20"));
    manager =
        new PooledSessionManager(
            SessionSettings.from(environment),
            PasswordSource.fixed("postgres"),
            () -> now,
            Listening.NONE);
  }

  @AfterEach
  void stop() {
    manager.close(BOUND).block(BOUND);
  }

  private Integer pid() {
    return manager
        .inSession(
            SessionOptions.standard(),
            s -> s.query("SELECT pg_backend_pid()", row -> row.get(0, Integer.class)).single())
        .block(BOUND);
  }

  private void pass(long seconds) {
    now = now.plusSeconds(seconds);
  }

  @Test
  void keepsAConnectionThatIsUsedInTime() {
    Integer first = pid();
    for (int i = 0; i < 3; i++) {
      pass(299);
      assertThat(pid()).isEqualTo(first);
    }
  }

  @Test
  void replacesAConnectionThatIsIdleForPoolIdle() {
    Integer first = pid();
    pass(300);
    assertThat(pid()).isNotEqualTo(first);
    assertThat(manager.stats().idle()).isOne();
  }

  /** The jitter takes up to a tenth off the age. */
  @Test
  void replacesAConnectionThatIsInUseButAsOldAsPoolRecycle() {
    Integer first = pid();
    for (int i = 0; i < 3; i++) {
      pass(290);
      assertThat(pid()).isEqualTo(first);
    }
    pass(130);
    assertThat(pid()).isNotEqualTo(first);
    assertThat(manager.stats().idle()).isOne();
  }

  /** Such a connection is closed when the session returns it. */
  @Test
  void countsNoConnectionAsIdleThatHasAgedDuringItsSession() {
    Integer first =
        manager
            .inSession(
                SessionOptions.standard(),
                s ->
                    s.query("SELECT pg_backend_pid()", row -> row.get(0, Integer.class))
                        .single()
                        .doOnNext(pid -> pass(1_000)))
            .block(BOUND);
    assertThat(manager.quiesce(BOUND).block(BOUND)).isTrue();

    assertThat(manager.stats().idle()).isZero();
    assertThat(manager.stats().acquired()).isZero();
    assertThat(pid()).isNotEqualTo(first);
    assertThat(manager.stats().opened()).isEqualTo(2);
  }

  @Test
  void recyclesConnectionsAtDifferentAges() {
    int young = 0;
    for (int i = 0; i < 20; i++) {
      Integer first = pid();
      for (int use = 0; use < 4; use++) {
        pass(200);
        assertThat(pid()).isEqualTo(first);
      }
      pass(150); // the middle of the range
      young += pid().equals(first) ? 1 : 0;
      pass(1_000);
    }
    assertThat(young).isBetween(1, 19);
  }
}
