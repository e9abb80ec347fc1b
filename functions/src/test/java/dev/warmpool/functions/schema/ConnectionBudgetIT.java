package dev.warmpool.functions.schema;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.warmpool.functions.event.Json;
import dev.warmpool.session.PasswordSource;
import dev.warmpool.session.SessionManager;
import dev.warmpool.session.SessionOptions;
import dev.warmpool.session.manager.SessionManagers;
import dev.warmpool.session.settings.SessionSettings;
import dev.warmpool.session.testkit.PostgresServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * What the connection budget allows, the server accepts: 60 environments, with all of their
 * connections at once, on a server with as many connections as the budget asks for.
 */
class ConnectionBudgetIT {

  private static final int ENVIRONMENTS = 60;
  private static final int SUPERUSERS = 3;
  private static final Duration BOUND = Duration.ofSeconds(60);

  private final List<SessionManager> environments = new ArrayList<>();
  private PostgresServer server;

  private static ConnectionBudget budget(int limit, int each) {
    ObjectNode properties = Json.object().put("MaxConnections", "" + limit);
    properties.putArray("Connections").add("HttpFunction " + ENVIRONMENTS + " x " + each);
    return ConnectionBudget.of(properties).orElseThrow();
  }

  /** Starts a server that allows this role so many connections and the environments. */
  private void start(int allowed, int overflow) {
    server =
        PostgresServer.with(
            Map.of(
                "max_connections", Integer.toString(allowed + SUPERUSERS),
                "superuser_reserved_connections", Integer.toString(SUPERUSERS)));
    server.execute("CREATE ROLE function LOGIN");
    Map<String, String> variables = new HashMap<>(server.environment());
    variables.put("POSTGRES_USER", "function");
    variables.put("POSTGRES_SCHEMA", "public");
    variables.put("MAX_OVERFLOW", Integer.toString(overflow));
    variables.put("POOL_TIMEOUT", "30");
    variables.put("OPENING_TIMEOUT", "10");
    for (int i = 0; i < ENVIRONMENTS; i++) {
      environments.add(
          SessionManagers.create(
              SessionSettings.from(variables), PasswordSource.fixed("postgres")));
    }
  }

  @AfterEach
  void stop() {
    Flux.fromIterable(environments).flatMap(sessions -> sessions.close(BOUND)).blockLast(BOUND);
    server.close();
  }

  /** Sessions that keep the connections of each environment until all have theirs. */
  private Flux<Integer> sessions(int each, int all) {
    String sql =
        "SELECT pg_sleep(0.3), count(*)::int FROM pg_stat_activity WHERE usename = 'function'";
    return Flux.fromIterable(environments)
        .flatMap(
            environment ->
                Flux.range(0, each)
                    .flatMap(
                        i ->
                            environment.inSession(
                                SessionOptions.standard(),
                                session ->
                                    Mono.defer(
                                            () ->
                                                session
                                                    .query(sql, row -> row.get(1, Integer.class))
                                                    .single())
                                        .repeat()
                                        .takeUntil(count -> count == all)
                                        .last())),
            ENVIRONMENTS);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1})
  void refusesNoneOfSixtyEnvironmentsWithAllTheirConnections(int overflow) {
    int limit = ENVIRONMENTS * (1 + overflow) + ConnectionBudget.RESERVE;
    ConnectionBudget budget = budget(limit, 1 + overflow);
    budget.require();
    start(limit - ConnectionBudget.RESERVE, overflow);

    List<Integer> counts = sessions(1 + overflow, budget.sum()).collectList().block(BOUND);

    assertThat(counts).hasSize(budget.sum()).containsOnly(budget.sum());
    assertThat(environments)
        .allMatch(environment -> environment.stats().opened() == 1 + overflow)
        .allMatch(environment -> environment.stats().replayed() == 0);
  }
}
