package dev.warmpool.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmpool.functions.testkit.ContractAnswers;
import dev.warmpool.session.testkit.PostgresServer;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Through the gateway, every status that the contract lists for an operation of the users or the
 * service can be reached, and each response conforms to the contract.
 */
class ContractIT {

  private static final ContractAnswers CONTRACT = ContractAnswers.read();
  private static final Set<String> ROUTES = CONTRACT.operationsTagged("users", "service").keySet();
  private static final int LARGE = 7 * 1024 * 1024;
  private static final String HANDLER = "Handler: dev.warmpool.functions.ApiHandler";

  private static PostgresServer server;
  private static ProjectStack fixed;
  private static ProjectStack tokens;
  private static ProjectStack tenants;
  private static ProjectStack faulty;

  @BeforeAll
  static void start() {
    server = PostgresServer.with(Map.of());
    fixed =
        stack(
            Map.of("POOL_TIMEOUT", "3"),
            template -> template.replace("    Timeout: 15", "    Timeout: 6"));
    tokens =
        stack(
            Map.of("LOCAL_AUTH", "jwt", "TENANT_SOURCE", "jwt:tenant,header:x-tenant"),
            UnaryOperator.identity());
    tenants = stack(Map.of("TENANT_SOURCE", "header:x-tenant"), UnaryOperator.identity());
    faulty =
        stack(
            Map.of(),
            template ->
                template.replace(
                    HANDLER, HANDLER + "\n      Environment: {Variables: {POOL_SIZE: none}}"));
    fixed.warmUp();
  }

  private static ProjectStack stack(Map<String, String> more, UnaryOperator<String> change) {
    Map<String, String> variables = new HashMap<>(more);
    variables.put("POSTGRES_SCHEMA", "shop");
    return ProjectStack.start(server, variables, change);
  }

  @AfterAll
  static void stop() {
    Stream.of(fixed, tokens, tenants, faulty).forEach(ProjectStack::close);
    server.close();
  }

  @BeforeEach
  void oneUser() {
    server.execute("TRUNCATE shop.users RESTART IDENTITY");
    server.execute("INSERT INTO shop.users (email, name) VALUES ('ada@example.org', 'Ada')");
  }

  static Stream<Integer> statuses() {
    return ROUTES.stream()
        .flatMap(route -> CONTRACT.statuses(route).stream())
        .map(Integer::valueOf)
        .distinct()
        .sorted();
  }

  @ParameterizedTest
  @MethodSource("statuses")
  void isAnsweredByEachRouteThatListsIt(int status) throws SQLException {
    List<ContractRequest> requests =
        ROUTES.stream()
            .filter(route -> CONTRACT.statuses(route).contains(Integer.toString(status)))
            .map(ContractRequest::valid)
            .toList();
    switch (status) {
      case 200, 201 -> requests.forEach(request -> reaches(status, request, fixed));
      case 204 -> requests.forEach(request -> reaches(status, request, fixed));
      case 400 -> requests.forEach(request -> reaches(status, request.body("{"), fixed));
      case 401 -> requests.forEach(request -> reaches(status, request, tenants));
      case 403 -> requests.forEach(request -> reaches(status, disagreeing(request), tokens));
      case 404 ->
          requests.forEach(
              request -> reaches(status, request.with("x-tenant", "nobodys"), tenants));
      case 409 -> whileRowsAreContended(requests);
      case 412 ->
          requests.forEach(request -> reaches(status, request.with("if-match", "\"7\""), fixed));
      case 413 -> requests.forEach(ContractIT::isTooLargeForTheGateway);
      case 415 ->
          requests.forEach(
              request -> reaches(status, request.with("content-type", "text/plain"), fixed));
      case 422 -> requests.forEach(request -> reaches(status, request.query("?nope=1"), fixed));
      case 500 -> requests.forEach(request -> reaches(status, request, faulty));
      case 503 -> whileTheServerIsAway(requests);
      case 504 -> whileTheTableIsLocked(requests.stream().filter(ContractIT::usesIt).toList());
      default -> throw new AssertionError("nothing here reaches " + status);
    }
  }

  private static void reaches(int status, ContractRequest request, ProjectStack stack) {
    keeps(status, request, request.send(stack).join());
  }

  private static void keeps(int status, ContractRequest request, HttpResponse<String> answer) {
    assertThat(answer.statusCode()).as(request.route() + ": " + answer.body()).isEqualTo(status);
    Map<String, String> headers =
        answer.headers().map().entrySet().stream()
            .collect(
                Collectors.toMap(Map.Entry::getKey, header -> String.join(",", header.getValue())));
    assertThat(CONTRACT.faults(request.route(), status, headers, answer.body()))
        .as(request.route())
        .isEmpty();
  }

  private static ContractRequest disagreeing(ContractRequest request) {
    String token = tokens.stack().tokens().get("shop");
    return new ContractRequest(
        request.route(),
        request.query(),
        request.body(),
        Map.of("authorization", "Bearer " + token, "x-tenant", "other"));
  }

  private static void whileRowsAreContended(List<ContractRequest> requests) {
    server.execute(
        "CREATE OR REPLACE FUNCTION shop.lose() RETURNS trigger LANGUAGE plpgsql AS"
            + " 'BEGIN RAISE EXCEPTION USING ERRCODE = ''40001''; END'");
    server.execute(
        "CREATE TRIGGER lose BEFORE INSERT OR UPDATE OR DELETE ON shop.users"
            + " EXECUTE FUNCTION shop.lose()");
    try {
      requests.forEach(request -> reaches(409, request, fixed));
    } finally {
      server.execute("DROP TRIGGER lose ON shop.users");
    }
  }

  private static void whileTheServerIsAway(List<ContractRequest> requests) {
    server.stop();
    try {
      allReach(503, requests);
    } finally {
      server.start();
    }
    Awaitility.await().until(() -> fixed.http().get("/users").statusCode() == 200);
  }

  /** The health check uses no table; in {@code functions}, a silent server makes it late. */
  private static boolean usesIt(ContractRequest request) {
    return !request.route().equals("GET /health");
  }

  private static void whileTheTableIsLocked(List<ContractRequest> requests) throws SQLException {
    try (Connection connection = server.admin();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("LOCK TABLE shop.users IN ACCESS EXCLUSIVE MODE");
      allReach(504, requests);
      connection.rollback();
    }
  }

  /** Sends all requests at once, because each waits for seconds. */
  private static void allReach(int status, List<ContractRequest> requests) {
    List<CompletableFuture<HttpResponse<String>>> answers =
        requests.stream().map(request -> request.send(fixed)).toList();
    for (int i = 0; i < answers.size(); i++) {
      keeps(status, requests.get(i), answers.get(i).join());
    }
  }

  /** API Gateway rejects the request itself; no function is invoked. */
  private static void isTooLargeForTheGateway(ContractRequest request) {
    HttpResponse<String> refused = request.body("x".repeat(LARGE)).send(fixed).join();
    assertThat(refused.statusCode()).isEqualTo(413);
    assertThat(refused.body()).isEqualTo("{\"message\":\"Request Entity Too Large\"}");
  }

  @Test
  void survivesRequestsAndResponsesThatAreTooLarge() {
    List<Long> before = fixed.processes();
    server.execute("ALTER TABLE shop.users DROP CONSTRAINT users_name_check");
    server.execute("UPDATE shop.users SET name = repeat('x', " + LARGE + ")");
    for (int i = 0; i < 2 * ProjectStack.LIMIT; i++) {
      reaches(500, ContractRequest.valid("GET /users/{id}"), fixed);
      isTooLargeForTheGateway(ContractRequest.valid("POST /users"));
    }
    server.execute("UPDATE shop.users SET name = 'Ada'");
    server.execute(
        "ALTER TABLE shop.users ADD CONSTRAINT users_name_check CHECK (length(name) <= 200)");
    reaches(200, ContractRequest.valid("GET /users/{id}"), fixed);
    assertThat(fixed.processes()).containsExactlyInAnyOrderElementsOf(before);
  }

  @Test
  void conformsToTheContractForUnknownRoutes() {
    Map<String, String> none = Map.of();
    for (String route : List.of("GET /nowhere", "PUT /users", "POST /users/1")) {
      keeps(
          404,
          new ContractRequest(route, "", "", none),
          new ContractRequest(route, "", "", none).send(fixed).join());
    }
  }
}
