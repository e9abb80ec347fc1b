package dev.warmpool.local.database;

import dev.warmpool.local.StartupException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A server that {@code pg_ctl} starts and stops: its processes are in a session of their own, so
 * that Ctrl-C in a terminal ends the functions before them. Immutable.
 *
 * @param programs the folder of the programs
 * @param data the folder of the data
 */
record ServerProcess(Path programs, Path data) {

  /** A start takes a tenth of a second, and longer if it has to recover the data. */
  private static final Duration START_LIMIT = Duration.ofSeconds(30);

  private static final Duration STOP_LIMIT = Duration.ofSeconds(5);

  /**
   * Starts the server and waits until it accepts connections.
   *
   * @param settings the server's settings, without blanks and quotes
   * @param log the file of its log
   * @throws IOException if it does not start, with the last line of the log
   */
  void start(Map<String, String> settings, Path log) throws IOException {
    String options =
        settings.entrySet().stream()
            .map(setting -> "-c " + setting.getKey() + "=" + setting.getValue())
            .collect(Collectors.joining(" "));
    int status = control("start", START_LIMIT, "-l", log.toString(), "-o", options);
    if (status != 0) {
      throw new IOException(lastLine(log).orElse("pg_ctl ends with status " + status));
    }
  }

  private static Optional<String> lastLine(Path log) throws IOException {
    return Files.exists(log)
        ? Files.readAllLines(log).stream().reduce((earlier, later) -> later)
        : Optional.empty();
  }

  /** Closes all connections and waits for the end. Does nothing if the server has ended. */
  void stop() throws IOException {
    control("stop", STOP_LIMIT, "-m", "fast");
  }

  private int control(String action, Duration limit, String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    if (isRoot()) {
      command.addAll(List.of("unshare", "-U")); // the programs refuse to run as root
    }
    command.add(programs.resolve(isWindows() ? "pg_ctl.exe" : "pg_ctl").toString());
    command.addAll(List.of(action, "-D", data.toString(), "-w", "-t", "" + limit.toSeconds()));
    command.addAll(List.of(arguments));
    try {
      return new ProcessBuilder(command)
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StartupException("it was terminated before it was ready", e);
    }
  }

  private static boolean isWindows() {
    return System.getProperty("os.name").startsWith("Windows");
  }

  private static boolean isRoot() throws IOException {
    Path self = Path.of("/proc/self");
    return Files.exists(self) && Files.getAttribute(self, "unix:uid").equals(0);
  }
}
