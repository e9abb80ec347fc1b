package dev.warmpool.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmpool.session.testkit.PostgresServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The runner as a process, started and terminated as by a developer. */
class RunnerProcessIT {

  private static final Path PROJECT = RunnerProcess.PROJECT;
  private static final Pattern CURL = Pattern.compile("curl -H '(\\w+): ([^']+)' (\\S+)");

  /** The one line that the runner prints itself: those of functions have their names in front. */
  private static String failure(Path folder, Map<String, String> environment) throws Exception {
    RunnerProcess runner = RunnerProcess.start(folder, environment);
    Process process = runner.process();
    List<String> lines = runner.lines().lines().filter(line -> !line.contains(" | ")).toList();
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(1);
    assertThat(lines).hasSize(1);
    return lines.get(0);
  }

  @Test
  void endsQuietlyIfTheDatabaseHasEndedBefore() throws Exception {
    RunnerProcess started = RunnerProcess.start(PROJECT, Map.of());
    String shell = "";
    String line = started.lines().readLine();
    while (!line.startsWith("Warmpool is ready")) {
      shell = line.startsWith("Shell") ? line : shell;
      line = started.lines().readLine();
    }
    ProcessHandle server = server(Path.of(shell.replaceAll(".*PGPASSFILE=(\\S+) .*", "$1")));
    server.destroyForcibly();
    Awaitility.await().until(() -> !server.isAlive());

    started.process().toHandle().destroy();

    List<String> rest = started.lines().lines().toList();
    assertThat(rest).noneMatch(last -> last.startsWith("\tat "));
    assertThat(rest).contains("Warmpool has ended: every process and the database");
  }

  /** The server of the run that has this password file. */
  private static ProcessHandle server(Path passwordFile) throws IOException {
    Path running = passwordFile.resolveSibling("database/data/postmaster.pid");
    return ProcessHandle.of(Long.parseLong(Files.readAllLines(running).get(0))).orElseThrow();
  }

  @Test
  void namesThePortThatIsInUse() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      String port = Integer.toString(taken.getLocalPort());
      assertThat(failure(PROJECT, Map.of("LOCAL_HTTP_PORT", port)))
          .isEqualTo(
              "Warmpool cannot start: port "
                  + port
                  + " is in use: stop the program that listens on it, or set LOCAL_HTTP_PORT"
                  + " (0 picks a free port)");
    }
  }

  @Test
  void reportsAMissingArchive(@TempDir Path folder) throws Exception {
    Files.copy(PROJECT.resolve("template.yaml"), folder.resolve("template.yaml"));
    assertThat(failure(folder, Map.of("POSTGRES_HOST", "127.0.0.1")))
        .isEqualTo(
            "Warmpool cannot start: "
                + folder.toRealPath().resolve("functions/target/functions.zip")
                + " is missing: build the project first, as by 'mvn package' or 'sam build'");
  }

  @Test
  void reportsAMissingTemplate(@TempDir Path folder) throws Exception {
    assertThat(failure(folder, Map.of()))
        .endsWith(
            "template.yaml cannot be read: start in the folder that has template.yaml, or name it"
                + " by --template");
  }

  @Test
  void reportsEveryFaultInTheDatabasesSettings() throws Exception {
    RunnerProcess runner =
        RunnerProcess.start(
            PROJECT, Map.of("POSTGRES_HOST", "127.0.0.1", "POSTGRES_PORTS", "1", "POOL_SIZE", "0"));
    Process process = runner.process();
    String output = String.join("\n", runner.lines().lines().toList());
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(1);
    assertThat(output)
        .contains("Warmpool cannot start: the schemas cannot be migrated: ")
        .contains("POSTGRES_PORTS is no setting: did you mean POSTGRES_PORT?")
        .contains("POOL_SIZE is '0': must be a whole number from 1 to 1000");
  }

  @Test
  void reportsAWrongDatabaseInOneSentence() throws Exception {
    Map<String, String> environment = new HashMap<>(PostgresServer.shared().environment());
    environment.put("POSTGRES_DB", "nowhere");
    environment.put("POSTGRES_SCHEMA", "shop");

    assertThat(failure(PROJECT, environment))
        .isEqualTo(
            "Warmpool cannot start: the schemas cannot be migrated: cannot connect: 3D000 database"
                + " \"nowhere\" does not exist: check POSTGRES_DB");
  }

  @Test
  void endsItsLinesWithACommandForEachTenantAndEveryProcessOnSigterm() throws Exception {
    try (RunnerProcess started = RunnerProcess.start(PROJECT, Map.of("LOCAL_AUTH", "jwt"))) {
      started.awaitLine("HTTP API   http://127.0.0.1:");
      for (String start : List.of("As demo: ", "As demo_b: ", "Warmpool is ready: ")) {
        Matcher command = CURL.matcher(started.awaitLine(start).substring(start.length()));
        assertThat(command.matches()).isTrue();
        Map<String, String> header = Map.of(command.group(1), command.group(2));
        HttpResponse<String> users = new Http(command.group(3)).send("GET", "", "", header);
        assertThat(Http.json(users).path("items")).hasSize(3);
        assertThat(users.body()).contains("ada@example.org");
      }

      List<ProcessHandle> children = started.process().descendants().toList();
      assertThat(children).isNotEmpty();
      started.process().toHandle().destroy();
      assertThat(started.process().waitFor(10, TimeUnit.SECONDS)).isTrue();
      Awaitility.await().until(() -> children.stream().noneMatch(ProcessHandle::isAlive));
      assertThat(started.lines().lines())
          .contains("Warmpool has ended: every process and the database");
    }
  }
}
