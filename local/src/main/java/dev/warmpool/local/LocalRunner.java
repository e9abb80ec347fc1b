package dev.warmpool.local;

import dev.warmpool.local.launcher.Launcher;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** The runner's main class: starts the functions of a template and runs until killed. */
public final class LocalRunner {

  /** Writes a stack trace where a server that is to be stopped has ended; errors are thrown. */
  private static final String POSTGRES_LOG = "org.slf4j.simpleLogger.log.io.zonky.test.db.postgres";

  private LocalRunner() {}

  /**
   * Runs until the process is terminated. If it cannot start, it prints one line and exits with
   * status 1.
   *
   * @param arguments the template, by default that of the working directory; see {@code --help}
   */
  public static void main(String[] arguments) throws InterruptedException {
    System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", "error");
    System.setProperty(POSTGRES_LOG, "off");
    Output.bypassSystemOut();
    StartedResources resources = new StartedResources();
    CountDownLatch ready = new CountDownLatch(1);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> shutDown(resources, ready), "shutdown"));
    Launcher.exitWithLauncher();
    try {
      CommandLine given = CommandLine.of(arguments, Path.of("").toAbsolutePath());
      if (given.help()) {
        Output.line(CommandLine.HELP.strip());
        return;
      }
      LocalSettings settings = LocalSettings.from(System.getenv(), given.template());
      new StartupSummary(RunningStack.start(settings, resources), settings).print();
      ready.countDown();
    } catch (StartupException e) {
      Output.line("Warmpool cannot start: " + e.getMessage());
      System.exit(1);
    } catch (RuntimeException e) {
      // A fault of the runner's own. Without an exit, exec:java would wait for the runner's
      // threads.
      Output.line("Warmpool cannot start: " + e);
      System.exit(1);
    }
    new CountDownLatch(1).await();
  }

  private static void shutDown(StartedResources resources, CountDownLatch ready) {
    resources.close();
    if (ready.getCount() == 0) {
      Output.line("Warmpool has ended: every process and the database");
    }
  }
}
