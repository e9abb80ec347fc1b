package dev.warmpool.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmpool.session.testkit.ControlGroup;
import dev.warmpool.session.testkit.PostgresServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/**
 * Runs more processes than the server has connections. Each is stopped after its work with its
 * connection open, as a frozen execution environment is.
 */
@EnabledOnOs(value = OS.LINUX, disabledReason = "processes are stopped by SIGSTOP")
class StormIT {

  private static final int MANAGERS = TestDatabase.COUNTS == 1 ? 5 : 50;

  /** Two for every five managers, besides three that the server reserves for superusers. */
  private static final int CONNECTIONS = MANAGERS * 2 / 5;

  /** How much more processor time a process needs beside others, and the server its own. */
  private static final double SLOWER = 2.5;

  private final List<Process> processes = new ArrayList<>();

  @AfterEach
  void endProcesses() {
    processes.forEach(process -> process.destroyForcibly().onExit().join());
  }

  /** Starts all processes at once and stops each at its outcome. */
  private List<String> storm(
      TestDatabase database, List<String> prefix, String idle, Duration deadline) {
    Map<String, String> environment = new HashMap<>(database.server().environment());
    environment.put("POSTGRES_SCHEMA", "public");
    environment.put("POSTGRES_USER", "stormy");
    environment.put("POOL_IDLE", idle);
    environment.put("POOL_TIMEOUT", "600"); // the deadline is shorter
    return IntStream.range(0, MANAGERS)
        .mapToObj(i -> launch(prefix, environment, deadline))
        .map(process -> CompletableFuture.supplyAsync(() -> stopped(process), StormIT::thread))
        .toList()
        .stream()
        .map(CompletableFuture::join)
        .toList();
  }

  /**
   * How long all processes may take to load their classes, by what one takes: a slow or busy
   * machine is given time, and a pool that loses connections or waits in vain is not.
   *
   * @param processors that the processes share
   */
  private Duration startOfAll(TestDatabase database, List<String> prefix, double processors) {
    long began = System.nanoTime();
    Process one = launch(prefix, database.server().environment(), Duration.ofMinutes(1));
    assertThat(stopped(one)).startsWith("done");
    long alone = System.nanoTime() - began;
    one.destroyForcibly();
    double others = processorTime(one).toNanos() * MANAGERS / processors;
    return Duration.ofNanos((long) (SLOWER * (alone + others)));
  }

  private static Duration processorTime(Process process) {
    return process.info().totalCpuDuration().orElse(Duration.ZERO);
  }

  private static void thread(Runnable task) {
    new Thread(task, "storm").start();
  }

  private Process launch(List<String> prefix, Map<String, String> environment, Duration deadline) {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    List<String> command = new ArrayList<>(prefix);
    command.addAll(
        List.of(
            java,
            "-Xmx64m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Ddeadline.millis=" + deadline.toMillis(),
            "-cp",
            System.getProperty("java.class.path"),
            StormWorker.class.getName()));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(environment);
    builder.environment().putIfAbsent("POSTGRES_SCHEMA", "public");
    try {
      Process process = builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
      processes.add(process);
      return process;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Waits for the outcome of the process's work and stops the process at once.
   *
   * @return the outcome, with the processor time that the process got
   */
  private static String stopped(Process process) {
    try {
      BufferedReader output =
          new BufferedReader(
              new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
      String outcome = output.readLine();
      TestDatabase.signal("STOP", process.pid());
      return outcome + "; processor time " + processorTime(process).toMillis() + " ms";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A server with {@link #CONNECTIONS} connections for roles that are not superusers. */
  private static PostgresServer server() {
    return PostgresServer.with(
        Map.of(
            "max_connections", Integer.toString(CONNECTIONS + 3),
            "superuser_reserved_connections", "3",
            "max_wal_senders", "0"));
  }

  private static TestDatabase database(PostgresServer server) {
    TestDatabase database = new TestDatabase(server);
    database.admin("CREATE ROLE stormy LOGIN");
    return database;
  }

  private void servesAll(List<String> prefix, double processors) {
    try (PostgresServer server = server()) {
      TestDatabase database = database(server);
      Duration deadline = startOfAll(database, prefix, processors).plusSeconds(20);
      assertThat(storm(database, prefix, "1", deadline))
          .as("within %d ms", deadline.toMillis())
          .hasSize(MANAGERS)
          .allMatch(outcome -> outcome.startsWith("done"));
      Awaitility.await().until(() -> database.states().isEmpty());
    }
  }

  @Test
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void servesEveryProcessIfTheServerClosesIdleConnections() {
    servesAll(List.of(), Runtime.getRuntime().availableProcessors());
  }

  @Test
  @EnabledIfSystemProperty(
      named = "counts",
      matches = "\\d\\d+",
      disabledReason = "takes long at half the speed: run it with -Psoak")
  @Timeout(value = 15, unit = TimeUnit.MINUTES)
  void servesEveryProcessAtHalfTheSpeed() throws IOException {
    double half = Runtime.getRuntime().availableProcessors() / 2.0;
    ControlGroup group;
    try {
      group = ControlGroup.of(half);
    } catch (IOException e) {
      Assumptions.abort("no control group can be made: " + e);
      return;
    }
    try (group) {
      servesAll(group.prefix(), half);
      endProcesses();
    }
  }

  @Test
  @EnabledIfSystemProperty(
      named = "counts",
      matches = "\\d\\d+",
      disabledReason = "waits until its processes give up: run it with -Psoak")
  @Timeout(value = 10, unit = TimeUnit.MINUTES)
  void cannotServeEveryProcessIfTheServerKeepsIdleConnections() {
    try (PostgresServer server = server()) {
      TestDatabase database = database(server);
      Duration deadline =
          startOfAll(database, List.of(), Runtime.getRuntime().availableProcessors())
              .plusSeconds(10);
      List<String> outcomes = storm(database, List.of(), "300", deadline);
      assertThat(outcomes.stream().filter(o -> o.startsWith("done")))
          .as("within %d ms: %s", deadline.toMillis(), outcomes)
          .hasSize(CONNECTIONS);
      assertThat(outcomes).anyMatch(o -> o.contains("last connect error 53300"));
    }
  }
}
