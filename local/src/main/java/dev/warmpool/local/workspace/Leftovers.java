package dev.warmpool.local.workspace;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Processes and files of a run that has ended. A process belongs to the run only if it names the
 * run's folder, whose name is random: a Java process by its marker, a process of the database by
 * its folder together with the binaries that it runs. Of a folder that the user has named, the
 * database's processes alone are ended. Immutable.
 *
 * @param folder the run's folder, or the one in which the database's data is kept
 * @param binaries the folder of the database's binaries
 */
record Leftovers(Path folder, Path binaries) {

  /** What has not ended by then gets SIGKILL. */
  private static final Duration SHUTDOWN_LIMIT = Duration.ofSeconds(3);

  private static final Duration KILL_LIMIT = Duration.ofSeconds(5);
  private static final int POLL_MILLIS = 20;

  static String marker(Path folder) {
    return "-Ddev.warmpool.local.run=" + folder;
  }

  /** Ends the processes, also frozen ones, and deletes the folder. */
  void clear() {
    if (end()) {
      delete();
    }
  }

  /** Ends the processes, also frozen ones; false if the thread was interrupted before. */
  boolean end() {
    try {
      List<ProcessHandle> processes = processes();
      processes.forEach(process -> terminate(process, processes));
      if (!areGone(SHUTDOWN_LIMIT)) {
        processes().forEach(ProcessHandle::destroyForcibly);
        areGone(KILL_LIMIT);
      }
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /**
   * Kills a Java process, which may be frozen. The database's first process gets SIGTERM and ends
   * the others: killed, it would leave shared memory behind.
   */
  private void terminate(ProcessHandle process, List<ProcessHandle> all) {
    if (!isOfDatabase(new ProcessFacts(process))) {
      process.destroyForcibly();
    } else if (process.parent().filter(all::contains).isEmpty()) {
      process.destroy();
    }
  }

  private List<ProcessHandle> processes() {
    return ProcessHandle.allProcesses()
        .filter(process -> process.pid() != ProcessHandle.current().pid())
        .filter(process -> belongs(new ProcessFacts(process)))
        .toList();
  }

  private boolean belongs(ProcessFacts process) {
    return (process.arguments().contains(marker(folder)) || isOfDatabase(process))
        && process.isOfThisUser();
  }

  /**
   * Its programs run from the binaries, or are about to; some are told the folder, all enter it. A
   * run with another cache folder has other binaries.
   */
  private boolean isOfDatabase(ProcessFacts process) {
    String line = String.join(" ", process.arguments());
    boolean isProgram =
        process.program().startsWith(binaries) || process.program().endsWith("postgres");
    return isProgram && process.workingDirectory().startsWith(folder)
        || line.contains(binaries + "/") && line.contains(folder + "/");
  }

  private boolean areGone(Duration limit) throws InterruptedException {
    long end = System.nanoTime() + limit.toNanos();
    while (!processes().isEmpty()) {
      if (System.nanoTime() > end) {
        return false;
      }
      Thread.sleep(POLL_MILLIS);
    }
    return true;
  }

  private void delete() {
    try (Stream<Path> files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
