package dev.warmpool.functions.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmpool.session.PasswordSource;
import dev.warmpool.session.SessionManager;
import dev.warmpool.session.SessionOptions;
import dev.warmpool.session.manager.SessionManagers;
import dev.warmpool.session.settings.SessionSettings;
import dev.warmpool.session.testkit.PostgresServer;
import dev.warmpool.session.testkit.WireProxy;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Mono;

/** Metrics make no round trip, and count those of the sessions as they are on the wire. */
class SessionCountsIT {

  private static final Duration BOUND = Duration.ofSeconds(20);

  private final SessionCounts counts = new SessionCounts();
  private WireProxy proxy;
  private SessionManager counted;
  private SessionManager uncounted;

  @BeforeEach
  void start() {
    proxy = WireProxy.to(PostgresServer.shared().port());
    Map<String, String> environment = new HashMap<>(PostgresServer.shared().environment());
    environment.put("POSTGRES_PORT", Integer.toString(proxy.port()));
    environment.put("POSTGRES_SCHEMA", "public");
    environment.put("OPENING_TIMEOUT", "20");
    SessionSettings settings = SessionSettings.from(environment);
    counted = SessionManagers.listening(settings, PasswordSource.fixed("postgres"), counts);
    uncounted = SessionManagers.create(settings, PasswordSource.fixed("postgres"));
  }

  @AfterEach
  void stop() {
    counted.close(BOUND).block(BOUND);
    uncounted.close(BOUND).block(BOUND);
    proxy.close();
  }

  private static void run(SessionManager sessions, SessionOptions options, int statements) {
    sessions.await(
        sessions.inSession(
            options,
            session ->
                Mono.defer(() -> session.query("SELECT 1", row -> 1).single())
                    .repeat(statements - 1L)
                    .last()),
        BOUND);
  }

  /** Ends with an answered reset: that of a read-only session may come later. */
  private void settle() {
    run(counted, SessionOptions.standard(), 1);
    run(uncounted, SessionOptions.standard(), 1);
  }

  @ParameterizedTest
  @CsvSource({"READ_ONLY, 1, 1", "READ_ONLY, 3, 3", "READ_WRITE, 1, 2", "READ_WRITE, 3, 4"})
  void countWithoutARoundTrip(SessionOptions.Kind kind, int statements, int expected) {
    SessionOptions options =
        kind == SessionOptions.Kind.READ_ONLY
            ? SessionOptions.standard().readOnly()
            : SessionOptions.standard();
    settle();
    counts.take();
    assertThat(proxy.roundTripsOf(() -> run(counted, options, statements))).isEqualTo(expected);
    Figures figures = counts.take();
    settle();
    assertThat(proxy.roundTripsOf(() -> run(uncounted, options, statements))).isEqualTo(expected);
    assertThat(figures.roundTrips()).isEqualTo(expected);
    for (Metric metric : Metric.values()) {
      assertThat(figures.countOf(metric)).isEqualTo(metric == Metric.SESSIONS ? 1 : 0);
    }
    assertThat(figures.waits()).hasSize(1);
  }
}
