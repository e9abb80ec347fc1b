package dev.warmpool.functions;

import static org.assertj.core.api.Assertions.assertThat;

import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import dev.warmpool.functions.cleanup.CleanupHandler;
import dev.warmpool.functions.cleanup.CleanupWorkerHandler;
import dev.warmpool.functions.testkit.ContractAnswers;
import dev.warmpool.functions.users.ClearUsersHandler;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Every function does its work as the role that cannot change schemas. */
class LeastPrivilegeIT {

  private static RolesDatabase database;

  private Api api;

  @BeforeAll
  static void start() {
    database = new RolesDatabase();
    database.migrate("\"tenant_a\",\"tenant_b\"");
  }

  @AfterAll
  static void stop() {
    database.close();
  }

  @BeforeEach
  void connect() {
    Map<String, String> variables = database.variables(RolesDatabase.FUNCTIONS);
    variables.put("TENANT_SOURCE", "jwt:tenant");
    api = Api.with(variables);
  }

  @AfterEach
  void close() {
    api.close();
  }

  private static Event event(String route) {
    return Event.of(route)
        .claim("sub", "ada")
        .claim("scope", "users:read users:write users:clear")
        .claim("tenant", "tenant_a");
  }

  @Test
  void everyRouteAnswers() {
    Set<String> answered = new LinkedHashSet<>();
    long id = created(event("POST /users").body(Event.user("ada@example.org", "Ada")), answered);
    answers(event("GET /users"), 200, answered);
    answers(event("GET /users/{id}").id(id), 200, answered);
    answers(event("PATCH /users/{id}").id(id).body("{\"name\":\"Ada King\"}"), 200, answered);
    answers(event("DELETE /users/{id}").id(id), 204, answered);
    answers(event("POST /users/clear").body("{\"ids\":[" + id + "]}"), 200, answered);
    answers(event("GET /health"), 200, answered);
    answers(event("GET /openapi.json"), 200, answered);
    assertThat(answered)
        .containsExactlyInAnyOrderElementsOf(ContractAnswers.read().operations().keySet());
  }

  private void answers(Event event, int status, Set<String> answered) {
    assertThat(api.send(event).status()).as(event.json().toString()).isEqualTo(status);
    answered.add(Event.routeKey(event.json()));
  }

  private long created(Event event, Set<String> answered) {
    Api.Answer answer = api.send(event);
    assertThat(answer.status()).as(answer.toString()).isEqualTo(201);
    answered.add(Event.routeKey(event.json()));
    return answer.json().path("id").asLong();
  }

  @Test
  void aRequestWithAKeyIsDoneOnce() {
    for (int i = 0; i < 2; i++) {
      Event event =
          event("POST /users")
              .header("Idempotency-Key", "k1")
              .body(Event.user("grace@example.org", "Grace"));
      assertThat(api.send(event).status()).isEqualTo(201);
    }
    assertThat(number("SELECT count(*) FROM tenant_a.users WHERE name = 'Grace'")).isOne();
  }

  private static long number(String sql) {
    try (Connection connection = database.connect(RolesDatabase.FUNCTIONS);
        Statement statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getLong(1);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String run(RequestStreamHandler handler, String event) throws IOException {
    ByteArrayOutputStream report = new ByteArrayOutputStream();
    handler.handleRequest(
        new ByteArrayInputStream(event.getBytes(StandardCharsets.UTF_8)),
        report,
        new FakeContext(60_000));
    return report.toString(StandardCharsets.UTF_8);
  }

  @Test
  void usersAreClearedByDirectInvocation() throws IOException {
    Map<String, String> variables = Map.of("POSTGRES_SCHEMA", "tenant_b");
    assertThat(run(new ClearUsersHandler(api::sessions, variables), "{\"ids\":[1]}"))
        .contains("\"cleared\":0");
  }

  @Test
  void everyJobRunsInEveryTenant() throws IOException {
    CleanupHandler cleanup = new CleanupHandler(api::sessions, Map.of());
    for (String job : List.of("purge-deleted-users", "purge-idempotency-keys")) {
      assertThat(run(cleanup, "{\"job\":\"" + job + "\"}"))
          .contains("\"tenants\":2,\"done\":2")
          .contains("\"complete\":true");
    }
  }

  /** The role may end its own connections; those of Migrate are not its business. */
  @Test
  void connectionsAreCountedAndEnded() throws Exception {
    try (Connection own = warmpool(RolesDatabase.FUNCTIONS);
        Connection migrates = warmpool(RolesDatabase.MIGRATE)) {
      String event = "{\"job\":\"report-connections\",\"terminateIdleLongerThan\":\"PT0S\"}";
      assertThat(run(new CleanupHandler(api::sessions, Map.of()), event))
          .contains("\"connections\":2")
          .contains("\"terminated\":1,\"complete\":true");
      assertThat(own.isValid(5)).isFalse();
      assertThat(migrates.isValid(5)).isTrue();
    }
  }

  private static Connection warmpool(String role) throws SQLException {
    Connection connection = database.connect(role);
    try (Statement statement = connection.createStatement()) {
      statement.execute("SET application_name TO 'warmpool'");
    }
    return connection;
  }

  @Test
  void aWorkerRunsWhatCleanupSendsToTheQueue() throws IOException {
    try (Queues queues = new Queues()) {
      Map<String, String> variables = new HashMap<>(queues.environment());
      variables.put("FANOUT_THRESHOLD", "1");
      CleanupHandler cleanup = new CleanupHandler(api::sessions, variables);
      String sent = run(cleanup, "{\"job\":\"purge-deleted-users\"}");
      CleanupWorkerHandler worker = new CleanupWorkerHandler(api::sessions, queues.environment());
      queues.poll(messages -> worker.handleRequest(messages, new FakeContext(60_000)));
      String id = sent.replaceFirst(".*\"run\":\"([^\"]+)\".*", "$1");
      assertThat(run(cleanup, "{\"run\":\"" + id + "\"}"))
          .contains("\"tenants\":2,\"done\":2")
          .contains("\"complete\":true");
    }
  }
}
