package dev.warmpool.session;

import static dev.warmpool.session.TestDatabase.BOUND;
import static org.assertj.core.api.Assertions.assertThat;

import dev.warmpool.session.settings.SchemaBinding;
import dev.warmpool.session.testkit.PostgresServer;
import dev.warmpool.session.testkit.WireProxy;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import reactor.core.Disposable;

/** Acquires connections from a server that refuses them. */
class AcquisitionIT {

  private static final TestDatabase DATABASE = new TestDatabase(PostgresServer.shared());

  /** Longer than the longest back-off, one second, after which the next attempt would come. */
  private static final Duration LONG_ENOUGH = Duration.ofMillis(1_200);

  private static final int ATTEMPTS = 4;

  private static long attempts(WireProxy proxy) {
    return proxy.messages().stream().filter(message -> message.kind() == '*').count();
  }

  @ParameterizedTest
  @EnumSource
  void stopsConnectingWhenTheCallerCancels(SchemaBinding binding) {
    DATABASE.admin("DROP ROLE IF EXISTS crowded; CREATE ROLE crowded LOGIN CONNECTION LIMIT 0");
    try (WireProxy proxy = WireProxy.to(DATABASE.server().port())) {
      SessionManager manager =
          DATABASE.manager(
              "public",
              Map.of(
                  "POSTGRES_PORT", Integer.toString(proxy.port()),
                  "POSTGRES_USER", "crowded",
                  "SCHEMA_BINDING", binding.name().toLowerCase()));
      Disposable caller =
          manager
              .inSession(SessionOptions.standard(), TestDatabase::pid)
              .subscribe(ignored -> {}, ignored -> {});
      Awaitility.await().until(() -> attempts(proxy) >= ATTEMPTS);
      caller.dispose();
      assertThat(TestDatabase.await(manager.quiesce(BOUND))).isTrue();
      long attempts = attempts(proxy);

      Awaitility.await().during(LONG_ENOUGH).atMost(BOUND).until(() -> attempts(proxy) == attempts);
      TestDatabase.end(manager);
    }
  }
}
