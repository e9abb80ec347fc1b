package dev.warmpool.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmpool.session.manager.SessionManagers;
import dev.warmpool.session.settings.SchemaBinding;
import dev.warmpool.session.settings.SessionSettings;
import dev.warmpool.session.testkit.PostgresServer;
import dev.warmpool.session.testkit.WireProxy;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Counts the network round trips of each kind of session. */
class RoundTripIT {

  private static final Duration BOUND = Duration.ofSeconds(20);
  private static final SessionOptions WRITE = SessionOptions.standard();

  private WireProxy proxy;
  private SessionManager manager;

  @AfterEach
  void stop() {
    manager.close(BOUND).as(TestDatabase::await);
    proxy.close();
  }

  private void start(SchemaBinding binding) {
    PostgresServer server = PostgresServer.shared();
    proxy = WireProxy.to(server.port());
    Map<String, String> environment = new HashMap<>(server.environment());
    environment.put("POSTGRES_PORT", Integer.toString(proxy.port()));
    environment.put("POSTGRES_SCHEMA", "public");
    environment.put("OPENING_TIMEOUT", "20");
    environment.put("SCHEMA_BINDING", binding.name().toLowerCase(Locale.ROOT));
    manager =
        ThroughBlocking.ifChosen(
            SessionManagers.create(
                SessionSettings.from(environment), PasswordSource.fixed("postgres")));
    session(WRITE, 1);
    assertThat(TestDatabase.await(manager.quiesce(BOUND))).isTrue();
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
        .as(TestDatabase::await);
  }

  static Stream<Arguments> cases() {
    return Stream.of(SchemaBinding.values())
        .flatMap(
            binding -> Stream.of(1, 2, 5).map(statements -> Arguments.of(binding, statements)));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void commitsAReadWriteSessionInOneRoundTripMoreThanItsStatements(
      SchemaBinding binding, int statements) {
    start(binding);
    assertThat(proxy.roundTripsOf(() -> session(WRITE, statements))).isEqualTo(statements + 1);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void runsAReadOnlySessionInOneRoundTripForEachStatement(SchemaBinding binding, int statements) {
    start(binding);
    assertThat(proxy.roundTripsOf(() -> session(WRITE.readOnly(), statements)))
        .isEqualTo(statements);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void runsASnapshotInOneRoundTripMoreThanItsStatements(SchemaBinding binding, int statements) {
    start(binding);
    assertThat(proxy.roundTripsOf(() -> session(WRITE.snapshot(), statements)))
        .isEqualTo(statements + 1);
  }

  @ParameterizedTest
  @EnumSource
  void takesNoRoundTripForARoleAndSettings(SchemaBinding binding) {
    PostgresServer.shared().execute(BoundRoles.FIXTURE);
    start(binding);
    SessionOptions bound = WRITE.as("bound_a").with("app.tenant", "a").with("app.user", "b");

    assertThat(proxy.roundTripsOf(() -> session(bound, 2))).isEqualTo(2 + 1);
    assertThat(proxy.roundTripsOf(() -> session(bound.readOnly(), 2))).isEqualTo(2);
    assertThat(proxy.roundTripsOf(() -> session(bound.snapshot(), 2))).isEqualTo(2 + 1);
  }

  private Long batch(int rows) {
    Flux<Object[]> values = Flux.range(0, rows).map(i -> new Object[] {i, "name", null, 1L, true});
    return manager
        .inSession(
            WRITE,
            s ->
                s.batch(
                    "INSERT INTO round_trip_it (a, b, c, d, e) VALUES ($1, $2, $3, $4, $5)",
                    values))
        .as(TestDatabase::await);
  }

  @ParameterizedTest
  @CsvSource({"TRANSACTION, 5, 1", "STARTUP, 1000, 1", "TRANSACTION, 1000, 1", "STARTUP, 2500, 3"})
  void insertsRowsInOneRoundTripForAThousandAndOneToCommit(
      SchemaBinding binding, int rows, int statements) {
    PostgresServer.shared()
        .execute(
            "CREATE TABLE IF NOT EXISTS round_trip_it (a int, b text, c text, d int, e boolean)");
    start(binding);
    // on a busy machine, the time that a long text takes to be written counts as a wait
    int least =
        IntStream.range(0, 4).map(i -> proxy.roundTripsOf(() -> batch(rows))).min().orElseThrow();

    assertThat(least).isEqualTo(statements + 1);
  }

  /**
   * Without TLS and with trust authentication, the driver takes one round trip for the start-up and
   * one to query the isolation level. The session's own two are added.
   */
  @Test
  void opensAConnectionInTwoRoundTrips() {
    start(SchemaBinding.TRANSACTION);
    proxy.cutAll();
    Awaitility.await().until(() -> proxy.connections() == 0);
    assertThat(proxy.roundTripsOf(() -> session(WRITE, 1))).isEqualTo(2 + 2);
  }
}
