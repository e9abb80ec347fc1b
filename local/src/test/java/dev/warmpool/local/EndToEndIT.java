package dev.warmpool.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.warmpool.local.runtime.FunctionRunner;
import dev.warmpool.session.testkit.PostgresServer;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The project's own functions, from its archive, against an external server. */
class EndToEndIT {

  private static final int LIMIT = 4;
  private static final String USER = "{\"email\":\"%s@example.org\",\"name\":\"Somebody\"}";

  private static PostgresServer server;
  private static RunningStack stack;
  private static Http http;

  @BeforeAll
  static void start() {
    server = PostgresServer.with(Map.of());
    Map<String, String> database = new HashMap<>(server.environment());
    database.put("POSTGRES_SCHEMA", "shop");
    database.put("POOL_TIMEOUT", "8");
    stack =
        RunningStack.start(
            LocalSettings.from(ProbeStack.onFreePorts(LIMIT, database), Path.of("..")));
    http = new Http(stack.httpAddress());
  }

  @AfterAll
  static void stop() {
    stack.close();
    server.close();
  }

  @BeforeEach
  void noUsers() {
    server.column("DELETE FROM shop.users RETURNING id");
  }

  /** Backend process ids of the functions' connections. */
  private static Set<String> backends() {
    return new HashSet<>(
        server.column("SELECT pid FROM pg_stat_activity WHERE application_name = 'warmpool'"));
  }

  private static FunctionRunner function() {
    return stack.functions().get("HttpFunction");
  }

  private static String create(String name) {
    HttpResponse<String> created = http.send("POST", "/users", USER.formatted(name));
    assertThat(created.statusCode()).isEqualTo(201);
    return created.headers().firstValue("location").orElseThrow();
  }

  @Test
  void listsCreatesReadsChangesDeletesAndClears() {
    String location = create("ada");
    JsonNode user = Http.json(http.get(location));
    assertThat(user.path("email").asText()).isEqualTo("ada@example.org");
    assertThat(user.path("version").asInt()).isEqualTo(1);

    HttpResponse<String> changed = http.send("PATCH", location, "{\"name\":\"Ada King\"}");
    assertThat(changed.statusCode()).isEqualTo(200);
    assertThat(changed.headers().firstValue("etag")).contains("\"2\"");

    assertThat(http.send("DELETE", location, "").statusCode()).isEqualTo(204);
    assertThat(http.get(location).statusCode()).isEqualTo(404);

    String second = create("alan");
    String id = second.substring(second.lastIndexOf('/') + 1);
    assertThat(http.send("POST", "/users/clear", "{\"ids\":[" + id + "]}").body())
        .isEqualTo("{\"cleared\":1}");
    assertThat(http.get("/users").body()).isEqualTo("{\"items\":[],\"next\":null}");
  }

  @Test
  void pagesThroughAllUsersInOrder() {
    IntStream.range(0, 5).forEach(i -> create("user" + i));
    List<Long> ids = new ArrayList<>();
    String after = "";
    do {
      JsonNode page = Http.json(http.get("/users?limit=2" + after));
      page.path("items").forEach(item -> ids.add(item.path("id").asLong()));
      after = page.path("next").isNull() ? "" : "&after=" + page.path("next").asText();
    } while (!after.isEmpty());
    assertThat(ids).hasSize(5).isSorted();
  }

  @Test
  void servesSequentialRequestsFromOneProcessOverOneConnection() {
    http.get("/users");
    List<Long> processes = function().processes();
    Set<String> before = backends();
    for (int i = 0; i < 5; i++) {
      create("row" + i);
      assertThat(http.get("/users").statusCode()).isEqualTo(200);
    }
    assertThat(function().processes()).isEqualTo(processes);
    assertThat(backends()).isEqualTo(before);
  }

  @Test
  void servesParallelRequestsWithOneConnectionForEachEnvironment() {
    List<CompletableFuture<HttpResponse<String>>> answers =
        IntStream.range(0, 50).mapToObj(i -> http.sendAsync("GET", "/users", "")).toList();
    assertThat(answers).allSatisfy(answer -> assertThat(answer.join().statusCode()).isEqualTo(200));
    assertThat(function().processes()).hasSizeBetween(1, LIMIT);
    long others = environments() - function().processes().size();
    assertThat((long) backends().size())
        .isLessThanOrEqualTo(function().processes().size() + others);
    assertThat((long) backends().size()).isGreaterThanOrEqualTo(function().processes().size());
  }

  private static long environments() {
    return stack.template().functions().stream()
        .mapToLong(f -> stack.functions().get(f.name()).processes().size())
        .sum();
  }

  @Test
  void keepsTheConnectionAfterProblems() {
    create("taken");
    Set<String> before = backends();
    problem(http.send("POST", "/users", USER.formatted("TAKEN")), 409);
    JsonNode invalid =
        problem(http.send("POST", "/users", "{\"email\":\"x\",\"name\":\"\",\"admin\":1}"), 422);
    assertThat(invalid.path("errors").findValuesAsText("pointer"))
        .containsOnly("/admin", "/email", "/name");
    problem(http.send("POST", "/users", "{"), 400);
    problem(http.get("/users/987654321"), 404);
    problem(http.get("/nowhere"), 404);
    assertThat(http.get("/users").statusCode()).isEqualTo(200);
    assertThat(backends()).isEqualTo(before);
    assertThat(
            server.column("SELECT state FROM pg_stat_activity WHERE application_name = 'warmpool'"))
        .containsOnly("idle");
  }

  private static JsonNode problem(HttpResponse<String> response, int status) {
    assertThat(response.statusCode()).isEqualTo(status);
    assertThat(response.headers().firstValue("content-type")).contains("application/problem+json");
    JsonNode problem = Http.json(response);
    assertThat(problem.path("status").asInt()).isEqualTo(status);
    assertThat(problem.path("instance").asText()).isNotEmpty();
    return problem;
  }

  @Test
  void answers503WhileTheDatabaseIsDown() {
    http.get("/users");
    server.stop();
    try {
      long began = System.nanoTime();
      HttpResponse<String> away = http.get("/users");
      problem(away, 503);
      assertThat(away.headers().firstValue("retry-after")).contains("1");
      assertThat(away.body()).doesNotContain("Exception").doesNotContain("\tat ");
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(15));
    } finally {
      server.start();
    }
    assertThat(http.get("/users").statusCode()).isEqualTo(200);
  }

  @Test
  void reportsHealth() {
    HttpResponse<String> health = http.get("/health");
    assertThat(health.statusCode()).isEqualTo(200);
    assertThat(Http.json(health).path("pool").path("max").asInt()).isEqualTo(2);
  }

  @Test
  void invokesEachFunctionDirectly() {
    Http invoke = new Http(stack.invokeAddress());
    Map<String, String> events =
        Map.of(
            "ClearUsers", "{\"ids\":[1,2,3]}",
            "Cleanup", "{}",
            "Migrate", "{}");
    Map<String, String> answers =
        Map.of(
            "ClearUsers",
            "{\"cleared\":0}",
            "Cleanup",
            "{\"job\":\"purge-deleted-users\",\"tenants\":1,\"done\":1,\"failed\":0,\"busy\":0,"
                + "\"deleted\":0,\"batches\":1,\"complete\":true}",
            "Migrate",
            "{\"schemas\":[],\"migrated\":0,\"unchanged\":0,\"failed\":0,\"left\":0,"
                + "\"complete\":true}");
    events.forEach(
        (name, event) -> {
          HttpResponse<String> answer =
              invoke.send("POST", "/2015-03-31/functions/" + name + "/invocations", event);
          assertThat(answer.headers().firstValue("x-amz-function-error")).isEmpty();
          assertThat(answer.body()).isEqualTo(answers.get(name));
        });
  }

  @Test
  void reportsAFunctionsErrorAndAnUnknownFunction() {
    Http invoke = new Http(stack.invokeAddress());
    HttpResponse<String> failed =
        invoke.send("POST", "/2015-03-31/functions/ClearUsers/invocations", "{\"ids\":[\"x\"]}");
    assertThat(failed.statusCode()).isEqualTo(200);
    assertThat(failed.headers().firstValue("x-amz-function-error")).contains("Unhandled");
    assertThat(Http.json(failed).path("errorMessage").asText())
        .isEqualTo(
            "the event is not {\"ids\":[…]}: /ids/0 must be a whole number from 1 to "
                + Long.MAX_VALUE);
    HttpResponse<String> unknown =
        invoke.send("POST", "/2015-03-31/functions/Unknown/invocations", "{}");
    assertThat(unknown.statusCode()).isEqualTo(404);
    assertThat(unknown.headers().firstValue("x-amzn-errortype"))
        .contains("ResourceNotFoundException");
  }

  @Test
  void firesSchedulesByName() {
    create("old");
    server.column("UPDATE shop.users SET deleted_at = now() - interval '31 days' RETURNING id");
    HttpResponse<String> fired = http.send("POST", "/_local/schedules/PurgeDeletedUsers", "");
    assertThat(fired.statusCode()).isEqualTo(200);
    assertThat(Http.json(fired).path("deleted").asInt()).isEqualTo(1);
    assertThat(http.send("POST", "/_local/schedules/Never", "").statusCode()).isEqualTo(404);
  }

  @Test
  void startsANewProcessAfterOneWasKilled() {
    http.get("/users");
    function()
        .processes()
        .forEach(pid -> ProcessHandle.of(pid).ifPresent(p -> p.destroyForcibly()));
    Awaitility.await().until(() -> function().processes().isEmpty());
    assertThat(http.get("/users").statusCode()).isEqualTo(200);
  }
}
