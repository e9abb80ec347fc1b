package dev.warmpool.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.warmpool.local.workspace.Workspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a runner that gets SIGKILL leaves behind is cleared by the next start of any runner. */
class KilledRunnerIT {

  /** Kills at random moments: one by default, ten in a soak. */
  private static final int KILLS = Integer.getInteger("counts", 1);

  /** A start takes about this long. */
  private static final int START_MILLIS = 5_000;

  @TempDir private Path cache;

  private RunnerProcess start() {
    return RunnerProcess.start(RunnerProcess.PROJECT, Map.of("XDG_CACHE_HOME", cache.toString()));
  }

  /** The processes whose command line or working directory is in the cache folder. */
  private List<ProcessHandle> processes() {
    return ProcessHandle.allProcesses().filter(process -> isOfCache(process.pid())).toList();
  }

  private boolean isOfCache(long pid) {
    Path proc = Path.of("/proc", Long.toString(pid));
    try {
      return Files.readString(proc.resolve("cmdline")).contains(cache.toString())
          || Files.readSymbolicLink(proc.resolve("cwd")).startsWith(cache.toRealPath());
    } catch (IOException e) {
      return false; // the process has ended
    }
  }

  private List<Path> folders() throws IOException {
    try (Stream<Path> files = Files.list(cache.resolve("warmpool/run"))) {
      return files.filter(Files::isDirectory).toList();
    }
  }

  /** What a start does first. */
  private void clear() throws IOException {
    Workspace next = Workspace.open(cache);
    try {
      assertThat(processes()).isEmpty();
      assertThat(folders()).hasSize(1);
    } finally {
      next.close();
    }
    assertThat(folders()).isEmpty();
  }

  /** Messages are kept in memory: a function gets none of an earlier run. */
  @Test
  void endsTheDatabaseAndFrozenProcessesOfNoOtherRunnerAndLeavesNoMessages() throws IOException {
    try (RunnerProcess runner = start()) {
      Http http = http(runner);
      Workspace.open(cache).close();
      assertThat(http.get("/users").statusCode()).as("after another start").isEqualTo(200);
      http.send("POST", "/_local/queues/CleanupDeadLetters", "x");
      http.send("POST", "/_local/queues/CleanupQueue", "x"); // its worker starts now
      Awaitility.await().until(() -> messages(http, "inFlight") > 0);
    }
    assertThat(processes())
        .as("the database and functions' processes, which are frozen")
        .hasSizeGreaterThan(3);
    clear();
    try (RunnerProcess runner = start()) {
      Http http = http(runner);
      assertThat(messages(http, "visible") + messages(http, "inFlight")).isZero();
    }
    clear();
  }

  /** The jar's first process is a launcher. */
  @Test
  void endsByItselfIfItsLauncherIsKilled() throws IOException {
    Map<String, String> environment = Map.of("XDG_CACHE_HOME", cache.toString());
    String command = "java -jar warmpool-local.jar";
    try (RunnerProcess launcher = RunnerProcess.jar(RunnerProcess.PROJECT, environment, command)) {
      launcher.awaitLine("Warmpool is ready");
      assertThat(processes()).hasSizeGreaterThan(3);
    }
    Awaitility.await().until(() -> processes().isEmpty());
    assertThat(folders()).isEmpty();
  }

  private static Http http(RunnerProcess runner) {
    String line = runner.awaitLine("HTTP API");
    runner.awaitLine("Warmpool is ready");
    return new Http(line.replaceAll("HTTP API +(http://[\\d.:]+).*", "$1"));
  }

  /** The messages of all queues in a state, visible or inFlight. */
  private static int messages(Http http, String state) {
    return Http.json(http.get("/_local/queues")).findValues(state).stream()
        .mapToInt(JsonNode::asInt)
        .sum();
  }

  @Test
  void clearsUpAfterAKillAtAnyMoment() throws Exception {
    for (int i = 0; i < KILLS; i++) {
      int millis = ThreadLocalRandom.current().nextInt(START_MILLIS);
      try (RunnerProcess runner = start()) {
        assertThat(runner.process().waitFor(millis, TimeUnit.MILLISECONDS)).isFalse();
      }
      Output.line("killed after " + millis + " ms");
      clear();
    }
  }
}
