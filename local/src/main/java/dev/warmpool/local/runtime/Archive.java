package dev.warmpool.local.runtime;

import dev.warmpool.local.Output;
import dev.warmpool.local.StartupException;
import dev.warmpool.local.template.FunctionDefinition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A deployment archive, which is a zip, a jar or a folder, with the functions that it holds. Each
 * version is unpacked into a task root of its own. A changed archive becomes the next version once
 * it is complete; until then the functions run from the previous one. Thread-safe.
 */
final class Archive {

  /** A folder is complete when no file has changed for so long. */
  private static final Duration QUIET = Duration.ofMillis(300);

  /** Limit on the wait for it; it is tried again at the next invocation. */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final Path source;
  private final Path roots;
  private final List<FunctionDefinition> functions = new ArrayList<>();
  private ArchiveState taken = new ArchiveState(List.of());
  private ArchiveState refused = taken;
  private volatile int version;

  /**
   * Creates an archive of which nothing is unpacked.
   *
   * @param source the file or folder
   * @param roots the folder for task roots
   */
  Archive(Path source, Path roots) {
    this.source = source;
    this.roots = roots;
  }

  /**
   * Unpacks the archive for its first function, and checks that it has the function's handler.
   *
   * @throws StartupException if the archive is missing or invalid, or has no such class
   */
  synchronized void add(FunctionDefinition function) {
    ArchiveState now =
        ArchiveState.of(source)
            .orElseThrow(
                () ->
                    new StartupException(
                        source
                            + " is missing: build the project first, as by 'mvn package' or"
                            + " 'sam build'"));
    try {
      if (version == 0) {
        HandlerCheck.rejectSources(source);
        take(now);
      }
      HandlerCheck.check(root(), function, source);
    } catch (IOException e) {
      throw new StartupException(
          "%s cannot be unpacked (%s): build it again".formatted(source, e.getMessage()), e);
    }
    functions.add(function);
  }

  /** The task root of the version that is current. */
  Path root() {
    return root(version);
  }

  private Path root(int number) {
    return roots.resolve("archive-%d".formatted(number));
  }

  /** The current version, without a look at the file. */
  int version() {
    return version;
  }

  /** Takes the archive if it has changed and is complete; returns the current version. */
  synchronized int refresh() {
    Optional<ArchiveState> now = ArchiveState.of(source);
    if (now.isPresent() && !now.get().equals(taken) && !now.get().equals(refused)) {
      take();
    }
    return version;
  }

  private void take() {
    Optional<ArchiveState> now = settled();
    if (now.isEmpty()) {
      return;
    }
    try {
      take(now.get());
      Output.line(source.getFileName() + " | changed: its functions start anew");
    } catch (IOException e) {
      refused = now.get();
    } catch (StartupException e) {
      refused = now.get();
      Output.line("%s | changed and not taken: %s".formatted(source.getFileName(), e.getMessage()));
    }
  }

  /** The state of a file, which shows itself whether it is complete, or of a folder at rest. */
  private Optional<ArchiveState> settled() {
    Optional<ArchiveState> now = ArchiveState.of(source);
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (Files.isDirectory(source) && System.nanoTime() < end) {
      pause();
      Optional<ArchiveState> later = ArchiveState.of(source);
      if (later.isPresent() && later.equals(now)) {
        return later;
      }
      now = later;
    }
    return Files.isDirectory(source) ? Optional.empty() : now;
  }

  private static void pause() {
    try {
      Thread.sleep(QUIET.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Unpacks the next version; nothing changes if that fails. */
  private void take(ArchiveState now) throws IOException {
    Path next = root(version + 1);
    try {
      ArchiveContents.copy(source, next);
      for (FunctionDefinition function : functions) {
        HandlerCheck.check(next, function, source);
      }
      if (!ArchiveState.of(source).equals(Optional.of(now))) {
        throw new IOException("it is being written");
      }
    } catch (IOException | RuntimeException e) {
      ArchiveContents.delete(next);
      throw e;
    }
    taken = now;
    version++;
    ArchiveContents.delete(root(version - 2)); // a process of the previous one may still run
  }
}
