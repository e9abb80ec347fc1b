package dev.warmpool.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.warmpool.local.runtime.InvocationResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The lifecycle of execution environments. */
class LifecycleIT {

  private static ProbeStack probe;

  @BeforeAll
  static void start() {
    probe = ProbeStack.start();
  }

  @AfterAll
  static void stop() {
    probe.close();
  }

  private static Set<Long> pids(List<JsonNode> answers) {
    Set<Long> pids = new HashSet<>();
    answers.forEach(answer -> pids.add(answer.path("pid").asLong()));
    return pids;
  }

  private static void kill(long pid) {
    ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
    Awaitility.await().until(() -> !probe.processes("Brief").contains(pid));
  }

  @Test
  void runsEventsInARowInOneProcess() {
    JsonNode first = probe.invoke("Process", "{}");
    JsonNode second = probe.invoke("Process", "{}");
    assertThat(second.path("pid")).isEqualTo(first.path("pid"));
    assertThat(second.path("count").asInt()).isEqualTo(first.path("count").asInt() + 1);
  }

  @Test
  void runsParallelEventsInAProcessEachUpToTheLimit() {
    List<JsonNode> answers = probe.invokeAll(4 * ProbeStack.LIMIT, "Process", "{\"millis\":100}");
    assertThat(pids(answers)).hasSize(ProbeStack.LIMIT).doesNotContain(0L);
    assertThat(probe.processes("Process")).hasSize(ProbeStack.LIMIT);
  }

  @Test
  void prefersTheMostRecentlyUsedEnvironment() {
    probe.invokeAll(2, "Process", "{\"millis\":300}");
    long last = probe.invoke("Process", "{}").path("pid").asLong();
    assertThat(pids(probe.invokeAll(1, "Process", "{}"))).containsExactly(last);
  }

  @Test
  void endsAnInvocationAtItsTimeout() {
    long pid = probe.invoke("Brief", "{}").path("pid").asLong();
    JsonNode late = probe.invoke("Brief", "{\"millis\":9000}");
    assertThat(late.path("errorType").asText()).isEqualTo("Sandbox.Timedout");
    assertThat(late.path("errorMessage").asText())
        .matches("RequestId: [-0-9a-f]{36} Error: Task timed out after 3.00 seconds");
    assertThat(ProcessHandle.of(pid)).isEmpty();
    assertThat(probe.invoke("Brief", "{}").path("pid").asLong()).isPositive().isNotEqualTo(pid);
  }

  @Test
  void excludesTheInitPhaseFromTheTimeout() {
    assertThat(probe.invoke("SlowStart", "{}").asText()).isEqualTo("slow");
    try (ProbeStack fresh = ProbeStack.start()) {
      JsonNode cold = fresh.invoke("Brief", "{}");
      assertThat(cold.path("count").asInt()).isEqualTo(1);
      assertThat(cold.path("remaining").asInt()).isBetween(2800, 3000);
    }
  }

  @Test
  void includesTheInitPhaseAfterAResetInTheTimeout() {
    kill(probe.invoke("Brief", "{}").path("pid").asLong());
    JsonNode reset = probe.invoke("Brief", "{}");
    assertThat(reset.path("count").asInt()).isEqualTo(1);
    assertThat(reset.path("remaining").asInt()).isBetween(1, 2800);
  }

  @Test
  void reportsAProcessThatEnded() {
    for (int status : new int[] {3, 0}) {
      JsonNode ended = probe.invoke("Exit", "{\"status\":" + status + "}");
      assertThat(ended.path("errorType").asText()).isEqualTo("Runtime.ExitError");
      assertThat(ended.path("errorMessage").asText())
          .endsWith(" Error: Runtime exited with error: exit status " + status);
    }
  }

  @Test
  void reportsAFunctionThatCannotStart() {
    InvocationResult result = probe.result("NoStart", "{}");
    assertThat(result.failed()).isTrue();
    assertThat(result.text()).contains("no start");
    assertThat(probe.processes("NoStart")).isEmpty();
  }

  @Test
  void keepsTheProcessAfterAFunctionsError() {
    long pid = probe.invoke("Fail", "{}").asLong();
    JsonNode failed = probe.invoke("Fail", "{\"message\":\"no luck\"}");
    assertThat(failed.path("errorType").asText()).isEqualTo("java.lang.IllegalStateException");
    assertThat(failed.path("errorMessage").asText()).isEqualTo("\"no luck\"");
    assertThat(probe.invoke("Fail", "{}").asLong()).isEqualTo(pid);
  }

  @Test
  void refusesAResponseThatIsTooLarge() {
    assertThat(probe.invoke("Large", "6291000").asText()).hasSize(6291000);
    assertThat(probe.invoke("Large", "6291555").path("errorMessage").asText())
        .isEqualTo(
            "Response payload size (6291557 bytes) exceeded maximum allowed payload size"
                + " (6291556 bytes).");
    assertThat(probe.invoke("Large", "1").asText()).isEqualTo("x");
  }

  @Test
  void freezesAnIdleEnvironment() {
    long pid = probe.invoke("Brief", "{}").path("pid").asLong();
    Path state = Path.of("/proc/" + pid + "/stat");
    Awaitility.await().until(() -> Files.readString(state).contains(") T "));
  }

  @Test
  void replacesAnEnvironmentThatDiedFrozen() {
    long pid = probe.invoke("Brief", "{}").path("pid").asLong();
    kill(pid);
    JsonNode next = probe.invoke("Brief", "{}");
    assertThat(next.path("pid").asLong()).isPositive().isNotEqualTo(pid);
  }

  @Test
  void passesOnlyAFunctionsOwnVariables() {
    JsonNode answer = probe.invoke("Process", "{}");
    assertThat(answer.path("arn").asText())
        .isEqualTo("arn:aws:lambda:us-east-1:123456789012:function:Process");
    JsonNode variables = answer.path("environment");
    assertThat(variables.path("LEVEL").asText()).isEqualTo("high");
    assertThat(variables.path("AWS_LAMBDA_FUNCTION_NAME").asText()).isEqualTo("Process");
    assertThat(variables.fieldNames())
        .toIterable()
        .allMatch(
            name ->
                name.matches(
                    "(AWS|_?LAMBDA|JAVA|LC)_.*|_HANDLER|PATH|HOME|LANG|TZ"
                        + "|LEVEL|POSTGRES_HOST|TENANT_SOURCE|WARMPOOL_METRICS"));
  }

  @Test
  void keepsTheWholeLogOfAnInvocation() {
    String log = new String(probe.result("Print", "20").logTail());
    assertThat(log.lines())
        .startsWith(log.lines().findFirst().filter(l -> l.startsWith("START RequestId: ")).get())
        .contains("line 1 ä", "line 20 ä", "no end")
        .anyMatch(line -> line.matches("REPORT RequestId: .* Duration: .* Memory Size: 256 MB.*"));
    assertThat(probe.result("Print", "2000").logTail()).hasSize(4096);
  }

  @Test
  void endsEveryProcessOnClose() {
    ProbeStack closed = ProbeStack.start();
    closed.invokeAll(2, "Process", "{\"millis\":200}");
    List<Long> processes = closed.processes("Process");
    assertThat(processes).hasSize(2);
    closed.close();
    Awaitility.await()
        .until(() -> processes.stream().noneMatch(p -> ProcessHandle.of(p).isPresent()));
  }
}
