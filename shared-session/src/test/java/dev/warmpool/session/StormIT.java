package dev.warmpool.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmpool.session.testkit.PostgresServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/**
 * Runs more processes than the server has connections. Each is stopped after its work with its
 * connection open, as a frozen execution environment is.
 */
@EnabledOnOs(value = OS.LINUX, disabledReason = "processes are stopped by SIGSTOP")
class StormIT {

  private static final int MANAGERS = TestDatabase.COUNTS == 1 ? 10 : 50;

  /** Two for every five managers, besides three that the server reserves for superusers. */
  private static final int CONNECTIONS = MANAGERS * 2 / 5;

  private final List<Process> processes = new ArrayList<>();

  @AfterEach
  void endProcesses() {
    processes.forEach(Process::destroyForcibly);
  }

  private List<String> storm(TestDatabase database, String idle, int deadlineSeconds) {
    Map<String, String> environment = new HashMap<>(database.server().environment());
    environment.put("POSTGRES_SCHEMA", "public");
    environment.put("POSTGRES_USER", "stormy");
    environment.put("POOL_IDLE", idle);
    environment.put("POOL_TIMEOUT", "60");
    return IntStream.range(0, MANAGERS)
        .mapToObj(i -> launch(environment, deadlineSeconds))
        .map(process -> CompletableFuture.supplyAsync(() -> stopped(process), StormIT::thread))
        .toList()
        .stream()
        .map(CompletableFuture::join)
        .toList();
  }

  private static void thread(Runnable task) {
    new Thread(task, "storm").start();
  }

  private Process launch(Map<String, String> environment, int deadlineSeconds) {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    ProcessBuilder builder =
        new ProcessBuilder(
            java,
            "-Xmx64m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Ddeadline.seconds=" + deadlineSeconds,
            "-cp",
            System.getProperty("java.class.path"),
            StormWorker.class.getName());
    builder.environment().putAll(environment);
    try {
      Process process = builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
      processes.add(process);
      return process;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits for the outcome of the process's work and stops the process at once. */
  private static String stopped(Process process) {
    try {
      BufferedReader output =
          new BufferedReader(
              new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
      String outcome = output.readLine();
      TestDatabase.signal("STOP", process.pid());
      return String.valueOf(outcome);
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

  @Test
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void servesEveryProcessIfTheServerClosesIdleConnections() {
    try (PostgresServer server = server()) {
      TestDatabase database = new TestDatabase(server);
      database.admin("CREATE ROLE stormy LOGIN");
      assertThat(storm(database, "1", 30)).hasSize(MANAGERS).allMatch(o -> o.startsWith("done"));
      Awaitility.await().until(() -> database.states().isEmpty());
    }
  }

  @Test
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void cannotServeEveryProcessIfTheServerKeepsIdleConnections() {
    try (PostgresServer server = server()) {
      TestDatabase database = new TestDatabase(server);
      database.admin("CREATE ROLE stormy LOGIN");
      List<String> outcomes = storm(database, "300", 10 + MANAGERS / 2);
      assertThat(outcomes.stream().filter(o -> o.startsWith("done"))).hasSize(CONNECTIONS);
      assertThat(outcomes).anyMatch(o -> o.contains("last connect error 53300"));
    }
  }
}
