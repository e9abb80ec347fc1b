package dev.warmpool.functions;

import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.Context;
import com.fasterxml.jackson.databind.JsonNode;
import dev.warmpool.functions.testkit.ContractAnswers;
import dev.warmpool.session.testkit.PostgresServer;
import dev.warmpool.session.testkit.WireProxy;
import java.net.ServerSocket;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every status that the contract lists for an operation of the users or the service can be reached,
 * and its response conforms to the contract.
 */
class StatusesIT {

  private static final ContractAnswers CONTRACT = ContractAnswers.read();
  private static final String SCOPES = "users:read users:write users:clear";
  private static final Context IN_TIME = new FakeContext(20_000);
  private static final Map<String, String> FIXED = Map.of("POSTGRES_SCHEMA", "statuses");
  private static final Map<String, String> JWT = Map.of("TENANT_SOURCE", "jwt:tenant");

  @BeforeAll
  static void migrate() {
    Api.migrate("statuses");
    Api.admin(
        "CREATE FUNCTION statuses.lose() RETURNS trigger LANGUAGE plpgsql AS"
            + " 'BEGIN RAISE EXCEPTION USING ERRCODE = ''40001''; END'");
  }

  @BeforeEach
  void oneUser() {
    Api.admin("TRUNCATE statuses.users RESTART IDENTITY");
    Api.admin("INSERT INTO statuses.users (email, name) VALUES ('ada@example.org', 'Ada')");
  }

  static Stream<Arguments> statuses() {
    return CONTRACT.operationsTagged("users", "service").keySet().stream()
        .flatMap(
            route ->
                CONTRACT.statuses(route).stream()
                    .map(status -> Arguments.of(route, Integer.parseInt(status))));
  }

  @ParameterizedTest
  @MethodSource("statuses")
  void canBeReached(String route, int status) throws Exception {
    assertThat(provoke(route, status)).isEqualTo(status);
  }

  private static Event valid(String route) {
    Event event = Event.of(route);
    if (route.contains("{id}")) {
      event.id(1);
    }
    return switch (route) {
      case "POST /users" -> event.body(Event.user("grace@example.org", "Grace"));
      case "PATCH /users/{id}" -> event.body("{\"name\":\"Ada King\"}");
      case "POST /users/clear" -> event.body("{\"ids\":[1,2]}");
      default -> event;
    };
  }

  private static int provoke(String route, int status) throws Exception {
    Event event = valid(route);
    return switch (status) {
      case 200, 201, 204 -> send(FIXED, event);
      case 400 -> send(FIXED, event.body("{"));
      case 401 -> send(JWT, event);
      case 403 -> send(JWT, event.claim("scope", SCOPES));
      case 404 -> send(JWT, event.claim("scope", SCOPES).claim("tenant", "no_such_tenant"));
      case 409 -> conflict(event);
      case 412 -> send(FIXED, event.header("if-match", "\"7\""));
      case 413 -> send(FIXED, event.body("x".repeat(7 << 20)));
      case 415 -> send(FIXED, event.header("content-type", "text/plain"));
      case 422 -> send(FIXED, event.with("query", "nope", "1"));
      case 500 -> withoutTable(event);
      case 503 -> withoutServer(event);
      case 504 -> withSilentServer(event);
      default -> throw new AssertionError("this test cannot provoke the status " + status);
    };
  }

  private static int send(Map<String, String> variables, Event event) {
    try (Api api = Api.with(variables)) {
      return api.send(event).status();
    }
  }

  private static int conflict(Event event) {
    Api.admin(
        "CREATE TRIGGER lose BEFORE INSERT OR UPDATE OR DELETE ON statuses.users"
            + " EXECUTE FUNCTION statuses.lose()");
    int status = send(FIXED, event);
    Api.admin("DROP TRIGGER lose ON statuses.users");
    return status;
  }

  private static int withoutTable(Event event) {
    JsonNode operation = CONTRACT.operations().get(Event.routeKey(event.json()));
    if (operation.path("security").isEmpty()) {
      return withoutSettings(event);
    }
    Api.admin("ALTER TABLE statuses.users RENAME TO away");
    int status = send(FIXED, event);
    Api.admin("ALTER TABLE statuses.away RENAME TO users");
    return status;
  }

  private static int withoutSettings(Event event) {
    Api.HandlerFactory faulty =
        (sessions, environment) ->
            new ApiHandler(
                () -> {
                  throw new IllegalStateException("no settings");
                },
                environment);
    try (Api api = Api.of(faulty, CONTRACT, FIXED)) {
      return api.send(event).status();
    }
  }

  private static int withoutServer(Event event) throws Exception {
    int port;
    try (ServerSocket unused = new ServerSocket(0)) {
      port = unused.getLocalPort();
    }
    Map<String, String> variables =
        Map.of(
            "POSTGRES_SCHEMA", "statuses",
            "POSTGRES_PORT", Integer.toString(port),
            "POOL_TIMEOUT", "PT0.2S");
    return send(variables, event);
  }

  /** The deadline comes before the time-out of the opening. */
  private static int withSilentServer(Event event) {
    try (WireProxy proxy = WireProxy.to(PostgresServer.shared().port());
        Api api =
            Api.with(
                Map.of(
                    "POSTGRES_SCHEMA",
                    "statuses",
                    "POSTGRES_PORT",
                    Integer.toString(proxy.port())))) {
      api.send(Event.of("GET /health"), IN_TIME);
      proxy.blackHole();
      return api.send(event, new FakeContext(1_000)).status();
    }
  }
}
