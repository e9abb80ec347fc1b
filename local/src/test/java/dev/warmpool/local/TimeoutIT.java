package dev.warmpool.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.warmpool.local.runtime.InvocationResult;
import dev.warmpool.session.testkit.PostgresServer;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Work that exceeds its function's time-out, and work that a handler leaves running. */
@Tag("alone")
class TimeoutIT {

  private static final String LOCKS =
      "SELECT l.pid FROM pg_locks l JOIN pg_class c ON c.oid = l.relation"
          + " WHERE c.relname IN ('marker', 'users_stored') AND l.pid <> pg_backend_pid()";

  private static PostgresServer server;
  private static SessionStack stack;

  @BeforeAll
  static void start() {
    server = PostgresServer.with(Map.of());
    stack = SessionStack.on(server, 1, Map.of());
    server.execute(SessionStack.SLOW_USERS);
  }

  @AfterAll
  static void stop() {
    stack.close();
    server.close();
  }

  private static void awaitNoLocks() {
    Awaitility.await().atMost(Duration.ofSeconds(2)).until(() -> server.column(LOCKS).isEmpty());
  }

  @Test
  void answersASlowStatementWithAProblemBeforeLambdaEndsTheProcess() {
    Http http = new Http(stack.stack().httpAddress());
    for (int i = 0; i < 2; i++) {
      long began = System.nanoTime();
      HttpResponse<String> late = http.get("/users/1");
      assertThat(late.statusCode()).as(late.body()).isEqualTo(504);
      assertThat(late.headers().firstValue("content-type")).hasValue("application/problem+json");
      assertThat(i == 0 || System.nanoTime() - began < 3_000_000_000L).isTrue();
      awaitNoLocks();
    }
    assertThat(stack.function("Api").processes()).hasSize(1);
    assertThat(
            server.column(
                "SELECT query FROM pg_stat_activity WHERE state ="
                    + " 'active' AND application_name = 'warmpool'"))
        .isEmpty();
  }

  @Test
  void endsABlockedFunctionAndRunsTheNextRequest() {
    JsonNode before = stack.invoke("Brief", "{}");
    InvocationResult blocked = stack.result("Brief", "{\"do\":\"block\"}");
    assertThat(blocked.failed()).isTrue();
    assertThat(blocked.text()).contains("Task timed out after 6.00 seconds");
    awaitNoLocks();
    JsonNode after = stack.invoke("Brief", "{\"token\":\"next\"}");
    assertThat(after.path("token").asText()).isEqualTo("next");
    assertThat(after.path("process")).isNotEqualTo(before.path("process"));
  }

  @Test
  void rollsBackALeakedSessionBeforeTheFreeze() {
    InvocationResult left = stack.result("Session", "{\"do\":\"leak\"}");
    assertThat(left.failed()).isFalse();
    assertThat(server.column(LOCKS)).isEmpty();
    assertThat(new String(left.logTail()))
        .contains("a session outlived its invocation")
        .contains("session 'endless' was begun here");
    JsonNode next = stack.invoke("Session", "{}");
    assertThat(List.of(next.path("process").asLong()))
        .isEqualTo(stack.function("Session").processes());
  }
}
