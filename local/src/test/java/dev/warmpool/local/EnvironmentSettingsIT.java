package dev.warmpool.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.warmpool.local.runtime.EnvironmentInfo;
import dev.warmpool.local.runtime.EnvironmentState;
import dev.warmpool.local.runtime.InvocationReport;
import dev.warmpool.local.runtime.InvocationReport.Outcome;
import dev.warmpool.local.runtime.InvocationResult;
import dev.warmpool.local.runtime.RuntimeObserver;
import dev.warmpool.local.runtime.ThrottledException;
import dev.warmpool.session.testkit.PostgresServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** The effects of the runner's settings on environments. */
class EnvironmentSettingsIT {

  private static ProbeStack with(String... settings) {
    Map<String, String> variables = new HashMap<>(Map.of("POSTGRES_HOST", "none"));
    for (int i = 0; i < settings.length; i += 2) {
      variables.put(settings[i], settings[i + 1]);
    }
    return ProbeStack.start(variables);
  }

  private static long pid(ProbeStack probe) {
    return probe.invoke("Process", "{}").path("pid").asLong();
  }

  @Test
  void givesFunctionsTheDevelopersAwsAccess() {
    try (ProbeStack probe = with("LOCAL_AWS", "own", "AWS_REGION", "eu-west-1")) {
      JsonNode environment = probe.invoke("Process", "{}").path("environment");
      assertThat(environment.path("AWS_REGION").asText()).isEqualTo("eu-west-1");
      assertThat(environment.has("AWS_ACCESS_KEY_ID")).isFalse();
    }
  }

  @Test
  void endsAnIdleEnvironment() {
    try (ProbeStack probe = with("LOCAL_IDLE", "1")) {
      long pid = pid(probe);
      Awaitility.await().until(() -> ProcessHandle.of(pid).isEmpty());
      assertThat(pid(probe)).isNotEqualTo(pid);
    }
  }

  @Test
  void replacesAnEnvironmentThatIsTooOld() {
    try (ProbeStack probe = with("LOCAL_RECYCLE", "2")) {
      long pid = pid(probe);
      Awaitility.await().until(() -> pid(probe) != pid);
      Awaitility.await().until(() -> ProcessHandle.of(pid).isEmpty());
    }
  }

  @Test
  void doesNotFreezeWithLocalFreezeOff() throws IOException {
    try (ProbeStack probe = with("LOCAL_FREEZE", "false")) {
      assertThat(Files.readString(Path.of("/proc/" + pid(probe) + "/stat"))).contains(") S ");
    }
  }

  @Test
  void rejectsEventsPastTheLimitWithLocalThrottle() {
    try (ProbeStack probe = with("LOCAL_THROTTLE", "true", "LOCAL_MAX_ENVIRONMENTS", "1")) {
      CompletableFuture<JsonNode> running =
          CompletableFuture.supplyAsync(() -> probe.invoke("Process", "{\"millis\":2000}"));
      Awaitility.await().until(() -> !probe.processes("Process").isEmpty());
      assertThatThrownBy(() -> probe.invoke("Process", "{}"))
          .isInstanceOf(ThrottledException.class)
          .hasMessage("Rate Exceeded: all 1 of Process are in use");
      assertThat(new Http(probe.stack().httpAddress()).get("/process").statusCode()).isEqualTo(503);
      assertThat(
              probe
                  .invokeApi()
                  .send("POST", "/2015-03-31/functions/Process/invocations", "{}")
                  .statusCode())
          .isEqualTo(429);
      assertThat(running.join().path("pid").asLong()).isPositive();
    }
  }

  @Test
  void runsHandlersInThePlainLoop() {
    try (ProbeStack probe = with("LOCAL_RUNTIME", "plain")) {
      JsonNode first = probe.invoke("Process", "{}");
      assertThat(probe.invoke("Process", "{}").path("count").asInt())
          .isEqualTo(first.path("count").asInt() + 1);
      assertThat(first.path("remaining").asInt()).isBetween(8_000, 10_000);
      assertThat(probe.invoke("Echo", "{\"a\":[1,\"ä\"]}").toString())
          .isEqualTo("{\"a\":[1,\"ä\"]}");
      JsonNode failed = probe.invoke("Fail", "{\"message\":\"no luck\"}");
      assertThat(failed.path("errorType").asText()).isEqualTo("java.lang.IllegalStateException");
      assertThat(failed.path("errorMessage").asText()).isEqualTo("\"no luck\"");
      assertThat(probe.result("NoStart", "{}").text()).contains("no start");
      assertThat(probe.invoke("Large", "6291555").path("errorType").asText())
          .isEqualTo("Function.ResponseSizeTooLarge");
    }
  }

  @Test
  void runsManyInvocationsAtOnceInThePlainLoop() {
    try (ProbeStack probe =
        with(
            "LOCAL_RUNTIME", "plain",
            "LOCAL_INITIALIZATION", "managed-instances",
            "LOCAL_MAX_ENVIRONMENTS", "1",
            "LOCAL_CONCURRENCY", "4")) {
      long began = System.nanoTime();
      List<JsonNode> answers = probe.invokeAll(4, "Process", "{\"millis\":1000}");
      assertThat(answers.stream().map(answer -> answer.path("pid")).distinct()).hasSize(1);
      assertThat(System.nanoTime() - began).isLessThan(4_000_000_000L);
    }
  }

  @Test
  void cutsConnectionsOfFrozenEnvironmentsAndNoRequestFails() {
    try (PostgresServer server = PostgresServer.with(Map.of());
        SessionStack stack = SessionStack.on(server, 1, Map.of("LOCAL_CUT", "true"))) {
      JsonNode before = stack.invoke("Session", "{}");
      for (int i = 0; i < 5; i++) {
        Awaitility.await().until(() -> stack.connections().isEmpty());
        InvocationResult result = stack.result("Session", "{}");
        JsonNode after = Http.tree(result.text());
        assertThat(after.path("process")).isEqualTo(before.path("process"));
        assertThat(after.path("backend")).isNotEqualTo(before.path("backend"));
        assertThat(linesOf(result))
            .singleElement()
            .asString()
            .contains("replacing a dead connection");
        before = after;
      }
    }
  }

  /** The log of an invocation without the lines of Lambda. */
  private static List<String> linesOf(InvocationResult result) {
    return new String(result.logTail(), StandardCharsets.UTF_8)
        .lines()
        .filter(line -> !line.matches("(START|END|REPORT) RequestId: .*"))
        .toList();
  }

  @Test
  void notifiesObserversOfStatesAndInvocations() {
    List<String> seen = new CopyOnWriteArrayList<>();
    try (ProbeStack probe = with()) {
      probe
          .stack()
          .functions()
          .observe(
              new RuntimeObserver() {
                @Override
                public void changed(EnvironmentInfo of, EnvironmentState state, Instant at) {
                  seen.add(state.name());
                }

                @Override
                public void began(String requestId, EnvironmentInfo environment, Instant at) {
                  seen.add("began");
                }

                @Override
                public void ended(InvocationReport report) {
                  seen.add(report.outcome().name());
                }
              });
      pid(probe);
      pid(probe);
    }
    Awaitility.await().until(() -> seen.contains("ENDED"));
    assertThat(String.join(" ", seen))
        .isEqualTo(
            "INIT began FROZEN RUNNING FROZEN %1$s began RUNNING FROZEN %1$s ENDED"
                .formatted(Outcome.SUCCEEDED));
  }
}
