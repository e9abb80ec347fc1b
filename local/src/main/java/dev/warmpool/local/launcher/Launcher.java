package dev.warmpool.local.launcher;

import dev.warmpool.local.StartupException;
import dev.warmpool.local.workspace.UnpackedJars;
import dev.warmpool.local.workspace.Workspace;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Starts the runner from its jar. Functions run in processes of their own with some of the
 * libraries on their class paths, so that all of them are unpacked into the user's cache folder.
 * The runner, too, has a process of its own: its JVM starts in two thirds of the processor time by
 * options that a jar cannot give.
 */
public final class Launcher {

  private static final String RUNNER = "dev.warmpool.local.LocalRunner";

  /** Tells the runner the id of the launcher's process. */
  private static final String PROCESS = "dev.warmpool.local.launcher";

  /**
   * The first Java that warns of a method which a library of the queues' server calls (JEP 498).
   */
  private static final int QUIET_SINCE = 24;

  /** The variables from which a JVM takes options, too. */
  private static final List<String> OPTIONS =
      List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS");

  private static final Pattern COLLECTOR = Pattern.compile("-XX:\\+Use\\w+GC\\b");

  private Launcher() {}

  /**
   * Unpacks the libraries unless they are there, and runs until the process is terminated.
   *
   * @param arguments the runner's arguments
   */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    List<Path> jars;
    try {
      jars = UnpackedJars.of(jar(), Workspace.cache(System.getenv()));
    } catch (StartupException e) {
      System.out.println("Warmpool cannot start: " + e.getMessage());
      System.exit(1);
      return;
    }
    Process runner =
        new ProcessBuilder(command(jars, arguments, System.getenv())).inheritIO().start();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> end(runner), "shutdown"));
    System.exit(runner.waitFor());
  }

  private static Path jar() {
    try {
      return Path.of(Launcher.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  static List<String> command(
      List<Path> jars, String[] arguments, Map<String, String> environment) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    if (Runtime.version().feature() >= QUIET_SINCE) {
      command.add("--sun-misc-unsafe-memory-access=allow");
    }
    if (!namesCollector(environment)) {
      command.add("-XX:+UseSerialGC");
    }
    command.addAll(
        List.of(
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED", // signals are sent through JNA
            "-D" + PROCESS + "=" + ProcessHandle.current().pid(),
            "-cp",
            jars.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator)),
            RUNNER));
    Collections.addAll(command, arguments);
    return command;
  }

  /** A JVM does not start with two garbage collectors. */
  private static boolean namesCollector(Map<String, String> environment) {
    return OPTIONS.stream()
        .map(name -> environment.getOrDefault(name, ""))
        .anyMatch(options -> COLLECTOR.matcher(options).find());
  }

  /** Ctrl-C in a terminal has reached the runner, too; SIGTERM has not. */
  private static void end(Process runner) {
    if (runner.supportsNormalTermination()) {
      runner.destroy();
    }
    try {
      runner.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * In the runner's process: exits when the launcher has ended, which cannot end the runner if it
   * is killed. Does nothing without a launcher.
   */
  public static void exitWithLauncher() {
    Long id = Long.getLong(PROCESS);
    if (id == null) {
      return;
    }
    ProcessHandle.of(id)
        .map(ProcessHandle::onExit)
        .orElseGet(() -> CompletableFuture.completedFuture(null))
        .thenRun(() -> System.exit(1));
  }
}
