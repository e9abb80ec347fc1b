package dev.warmpool.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmpool.local.database.Database;
import dev.warmpool.local.workspace.KeptFolder;
import dev.warmpool.local.workspace.Workspace;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** The data that {@code LOCAL_DATA} keeps between runs. */
class KeptDataIT {

  private static final String USER = "{\"email\":\"%s\",\"name\":\"Kept\"}";

  @TempDir private Path parent;
  private Path folder;

  @BeforeEach
  void findRealPath() throws IOException {
    folder = parent.toRealPath().resolve("kept");
  }

  private RunnerProcess start() {
    return RunnerProcess.start(RunnerProcess.PROJECT, Map.of("LOCAL_DATA", folder.toString()));
  }

  private static Http http(RunnerProcess runner) {
    Http http = runner.awaitApi("HTTP API");
    runner.awaitLine("Warmpool is ready");
    return http;
  }

  /** Creates a user and returns its path. */
  private static String create(Http http, String email) {
    HttpResponse<String> answer = http.send("POST", "/users", USER.formatted(email));
    assertThat(answer.statusCode()).isEqualTo(201);
    return "/users/" + Http.json(answer).path("id").asText();
  }

  /** The processes of servers whose working directory is the data. */
  private List<ProcessHandle> servers() {
    return ProcessHandle.allProcesses()
        .filter(process -> isServer(Path.of("/proc", Long.toString(process.pid()), "cwd")))
        .toList();
  }

  private boolean isServer(Path workingDirectory) {
    try {
      return Files.readSymbolicLink(workingDirectory).startsWith(folder);
    } catch (IOException e) {
      return false; // the process has ended, or is another user's
    }
  }

  @Test
  void hasTheUsersOfARunThatStoppedAndOfOneThatWasKilled() throws Exception {
    String stopped;
    try (RunnerProcess runner = start()) {
      stopped = create(http(runner), "stopped@example.org");
      refusesASecondRun();
      runner.terminate();
    }
    assertThat(servers()).isEmpty();
    assertThat(folder.resolve("data/postmaster.pid")).as("the server shut down").doesNotExist();
    String killed;
    try (RunnerProcess runner = start()) {
      Http http = http(runner);
      assertThat(http.get(stopped).body()).contains("stopped@example.org");
      killed = create(http, "killed@example.org");
    }
    assertThat(servers()).as("left by the killed run").isNotEmpty();
    try (RunnerProcess runner = start()) {
      Http http = http(runner);
      assertThat(http.get(stopped).body()).contains("stopped@example.org");
      assertThat(http.get(killed).body()).contains("killed@example.org");
      runner.terminate();
    }
    assertThat(servers()).isEmpty();
  }

  private void refusesASecondRun() throws Exception {
    try (RunnerProcess second = start()) {
      assertThat(second.lines().readLine())
          .isEqualTo(
              "Warmpool cannot start: LOCAL_DATA is '%s': another run uses it: stop that run, or"
                      .formatted(folder)
                  + " set another folder");
      assertThat(second.process().waitFor(20, TimeUnit.SECONDS)).isTrue();
      assertThat(second.process().exitValue()).isEqualTo(1);
      assertThat(second.lines().lines()).as("further lines").isEmpty();
    }
  }

  /** Without {@code synchronous_commit}, the server loses what it committed in the last moment. */
  @Test
  @EnabledIfSystemProperty(
      named = "counts",
      matches = "\\d\\d+",
      disabledReason = "takes long: run it with -Psoak")
  void recoversWhatAKilledServerHasCommitted() throws SQLException {
    withDatabase("CREATE TABLE kept.marker AS SELECT 1 AS id", this::killServer);
    withDatabase("INSERT INTO kept.marker SELECT id + 1 FROM kept.marker", this::killServer);
    withDatabase(
        "SELECT string_agg(id || current_setting('fsync'), ' ' ORDER BY id) FROM kept.marker",
        statement -> assertThat(value(statement)).isEqualTo("1on 2on"));
  }

  private interface Step {
    void run(Statement statement) throws SQLException;
  }

  private void withDatabase(String sql, Step then) throws SQLException {
    Workspace workspace = Workspace.open(Workspace.cache(System.getenv()));
    try (workspace;
        KeptFolder kept = KeptFolder.open(folder, workspace);
        Database database =
            Database.empty(
                List.of("kept"), workspace, Optional.of(kept), task -> new Thread(task).start());
        Connection connection = started(database);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
      then.run(statement);
    }
  }

  private static Connection started(Database database) throws SQLException {
    database.awaitStart();
    Map<String, String> settings = database.settings();
    return DriverManager.getConnection(
        "jdbc:postgresql://127.0.0.1:%s/postgres".formatted(settings.get("POSTGRES_PORT")),
        settings.get("POSTGRES_USER"),
        settings.get("POSTGRES_PASSWORD"));
  }

  private void killServer(Statement statement) {
    servers().forEach(ProcessHandle::destroyForcibly);
    Awaitility.await().until(this::servers, List::isEmpty);
  }

  private static String value(Statement statement) throws SQLException {
    ResultSet rows = statement.getResultSet();
    rows.next();
    return rows.getString(1);
  }
}
