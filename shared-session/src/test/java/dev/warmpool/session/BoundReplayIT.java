package dev.warmpool.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmpool.session.testkit.PostgresServer;
import dev.warmpool.session.testkit.WireProxy;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Replays of sessions that run as a role with fewer rights than the login role. */
class BoundReplayIT {

  private static final TestDatabase DATABASE = new TestDatabase(PostgresServer.shared());

  private WireProxy proxy;
  private SessionManager manager;

  @BeforeEach
  void start() {
    DATABASE.admin(BoundRoles.FIXTURE);
    proxy = WireProxy.to(DATABASE.server().port());
  }

  private void connect(String statementCache) {
    manager =
        DATABASE.manager(
            "bound_a",
            Map.of(
                "POSTGRES_PORT",
                Integer.toString(proxy.port()),
                "POSTGRES_USER",
                BoundSessions.LOGIN,
                "STATEMENT_CACHE",
                statementCache,
                "OPENING_TIMEOUT",
                "0.2"));
  }

  @AfterEach
  void stop() {
    TestDatabase.end(manager);
    proxy.close();
  }

  /** The ghost holds the row's lock until it is terminated, which takes its start time. */
  @ParameterizedTest
  @ValueSource(strings = {"0", "20"})
  void endTheBackendOfTheUnansweredOpening(String statementCache) {
    connect(statementCache);
    SessionOptions options = SessionOptions.standard().as("bound_a").with("app.tenant", "a");
    String sql = "UPDATE item SET name = name || '!'";
    TestDatabase.pid(manager, options);
    proxy.swallowAnswers();
    long began = System.nanoTime();

    manager.inSession(options, s -> s.execute(sql)).as(TestDatabase::await);

    assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofMillis(1_500));
    assertThat(DATABASE.column("SELECT name FROM bound_a.item")).containsExactly("own of a!");
    assertThat(manager.stats().replayed()).isOne();
  }
}
