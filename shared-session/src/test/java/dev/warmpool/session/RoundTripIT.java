package dev.warmpool.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmpool.session.testkit.PostgresServer;
import dev.warmpool.session.testkit.WireProxy;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;

class RoundTripIT {

  private static final Duration BOUND = Duration.ofSeconds(20);
  private static final SessionOptions WRITE = SessionOptions.standard();

  private WireProxy proxy;
  private SessionManager manager;

  @BeforeEach
  void start() {
    PostgresServer server = PostgresServer.shared();
    proxy = WireProxy.to(server.port());
    Map<String, String> environment = new HashMap<>(server.environment());
    environment.put("POSTGRES_PORT", Integer.toString(proxy.port()));
    environment.put("POSTGRES_SCHEMA", "public");
    environment.put("OPENING_TIMEOUT", "20");
    manager =
        SessionManager.create(SessionSettings.from(environment), PasswordSource.fixed("postgres"));
    session(WRITE, 1);
    assertThat(manager.quiesce(BOUND).block(BOUND)).isTrue();
  }

  @AfterEach
  void stop() {
    manager.close(BOUND).block(BOUND);
    proxy.close();
  }

  private void session(SessionOptions options, int statements) {
    manager
        .inSession(
            options,
            s -> {
              Mono<Integer> work = Mono.empty();
              for (int i = 0; i < statements; i++) {
                int value = i;
                work =
                    work.then(
                        s.query("SELECT $1::int", row -> row.get(0, Integer.class), value)
                            .single());
              }
              return work;
            })
        .block(BOUND);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5})
  void aReadWriteSessionTakesOneMoreThanItsStatements(int statements) {
    assertThat(proxy.roundTripsOf(() -> session(WRITE, statements))).isEqualTo(statements + 1);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5})
  void aReadOnlySessionTakesItsStatements(int statements) {
    assertThat(proxy.roundTripsOf(() -> session(WRITE.readOnly(), statements)))
        .isEqualTo(statements);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5})
  void aSnapshotTakesOneMoreThanItsStatements(int statements) {
    assertThat(proxy.roundTripsOf(() -> session(WRITE.snapshot(), statements)))
        .isEqualTo(statements + 1);
  }
}
