package dev.warmpool.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A running runner and another user of the same machine. */
class OtherUserIT {

  private static final String OTHER = "nobody";

  @TempDir private static Path cache;
  private static RunnerProcess runner;
  private static String shell;

  @BeforeAll
  static void start() throws IOException {
    Files.setPosixFilePermissions(cache, PosixFilePermissions.fromString("rwxr-xr-x"));
    runner = RunnerProcess.start(RunnerProcess.PROJECT, Map.of("XDG_CACHE_HOME", cache.toString()));
    shell = runner.awaitLine("Shell");
    runner.awaitLine("Warmpool is ready");
  }

  @AfterAll
  static void stop() throws InterruptedException {
    runner.process().destroy();
    runner.process().waitFor();
  }

  private static String found(String pattern) {
    Matcher matcher = Pattern.compile(pattern).matcher(shell);
    assertThat(matcher.find()).isTrue();
    return matcher.group(1);
  }

  private static String url() {
    return "jdbc:postgresql://127.0.0.1:" + found("-p (\\d+)") + "/postgres?user=postgres";
  }

  private static String password() throws IOException {
    return Files.readString(Path.of(found("PGPASSFILE=(\\S+)"))).strip().replaceFirst(".*:", "");
  }

  /** The output of a shell's command that the other user runs. */
  private static String asOther(String command) throws Exception {
    Assumptions.assumeTrue(
        Files.isExecutable(Path.of("/usr/bin/setpriv")) && Files.isReadable(Path.of("/etc/shadow")),
        "only root can run a program as another user");
    Process process =
        new ProcessBuilder("setpriv", "--reuid", OTHER, "--clear-groups", "bash", "-c", command)
            .redirectErrorStream(true)
            .start();
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  @Test
  void connectsToTheDatabaseOnlyWithThePasswordOfTheFile() throws Exception {
    assertThatThrownBy(() -> DriverManager.getConnection(url()))
        .isInstanceOf(SQLException.class)
        .hasMessageContaining("no password");
    assertThatThrownBy(() -> DriverManager.getConnection(url() + "&password=postgres"))
        .hasMessageContaining("password authentication failed");
    try (Connection connection = DriverManager.getConnection(url() + "&password=" + password());
        ResultSet rows =
            connection
                .createStatement()
                .executeQuery(
                    "SELECT current_setting('unix_socket_directories'),"
                        + " (SELECT string_agg(DISTINCT auth_method, ',') FROM pg_hba_file_rules"
                        + " WHERE 'all' = ANY (database))")) {
      rows.next();
      assertThat(rows.getString(1)).as("folders of sockets").isEmpty();
      assertThat(rows.getString(2)).isEqualTo("reject,scram-sha-256");
    }
  }

  @Test
  void showsThePasswordOnNoCommandLineAndInNoFileOfOthers() throws Exception {
    String password = password();
    for (ProcessHandle process : ProcessHandle.allProcesses().toList()) {
      Path line = Path.of("/proc", Long.toString(process.pid()), "cmdline");
      if (Files.exists(line)) {
        assertThat(asText(line)).doesNotContain(password);
      }
    }
    assertThat(asOther("cat " + found("PGPASSFILE=(\\S+)"))).contains("Permission denied");
  }

  private static String asText(Path file) {
    try {
      return Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      return ""; // the process has ended
    }
  }

  @Test
  void entersNoFolderOfTheRunner() throws Exception {
    Path folder = cache.resolve("warmpool");
    assertThat(asOther("id -un; ls " + folder)).contains(OTHER, "Permission denied");
    assertThat(asOther("ls " + cache)).as("the folder above").contains("warmpool");
    List<Path> writable = new ArrayList<>();
    try (Stream<Path> files = Files.walk(folder)) {
      files.filter(OtherUserIT::othersMayWrite).forEach(writable::add);
    }
    assertThat(writable).isEmpty();
  }

  private static boolean othersMayWrite(Path file) {
    try {
      return !Files.isSymbolicLink(file)
          && PosixFilePermissions.toString(Files.getPosixFilePermissions(file))
              .matches(".{4}w.*|.{7}w.*");
    } catch (IOException e) {
      return false; // the database has deleted it
    }
  }

  @Test
  void getsNoEvent() throws Exception {
    ProcessHandle function =
        runner
            .process()
            .descendants()
            .filter(process -> api(process.pid()).isPresent())
            .findFirst()
            .orElseThrow();
    String address = api(function.pid()).orElseThrow();
    String port = address.replaceAll("^[\\d.]+:(\\d+)/.*$", "$1");
    assertThat(asOther("cat /proc/" + function.pid() + "/environ")).contains("Permission denied");
    String line = "GET /2018-06-01/runtime/invocation/next";
    assertThat(answerToOther(Integer.parseInt(port), line, "Host: 127.0.0.1:" + port))
        .startsWith("HTTP/1.1 403");
  }

  /** No port is ElasticMQ's own server, which answers everybody; the database ends a connection. */
  @Test
  void isAnsweredOnNoPortUnderAForeignName() throws Exception {
    List<String> answers = new ArrayList<>();
    for (int port : Sockets.listening(runner.process().pid())) {
      answers.add(answerToOther(port, "GET /?Action=ListQueues", "Host: evil.example").strip());
    }
    assertThat(answers)
        .allMatch(answer -> answer.isEmpty() || answer.startsWith("HTTP/1.1 403"))
        .filteredOn(answer -> !answer.isEmpty())
        .as("the HTTP API, the Invoke API, the SQS API and the Runtime API")
        .hasSizeGreaterThan(3);
  }

  /** The first line of a response to the other user. */
  private static String answerToOther(int port, String line, String header) throws Exception {
    String request = line + " HTTP/1.1\\r\\n" + header + "\\r\\nConnection: close\\r\\n\\r\\n";
    return asOther(
        "exec 3<>/dev/tcp/127.0.0.1/%s; printf '%s' >&3; read -t 10 line <&3; echo $line"
            .formatted(port, request));
  }

  /** The Runtime API's address in a process's environment. */
  private static Optional<String> api(long pid) {
    return Stream.of(asText(Path.of("/proc", Long.toString(pid), "environ")).split("\0"))
        .filter(variable -> variable.startsWith("AWS_LAMBDA_RUNTIME_API="))
        .map(variable -> variable.substring(variable.indexOf('=') + 1))
        .findFirst();
  }
}
