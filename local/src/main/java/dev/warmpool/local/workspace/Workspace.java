package dev.warmpool.local.workspace;

import dev.warmpool.local.StartupException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A run's own folder, from {@link #open} to {@link #close}. The run holds a lock on a file in it,
 * which the operating system releases when the process ends, however it ends. So opening a
 * workspace also finds the folders of runs that were killed, ends their processes and deletes them;
 * those of other runs that still run are left alone. Thread-safe.
 */
public final class Workspace implements AutoCloseable {

  /** The variable that names the user's cache folder. */
  static final String CACHE = "XDG_CACHE_HOME";

  private static final String LOCK = "lock";

  private final Path folder;
  private final Path binaries;
  private final FolderLock lock;

  private Workspace(Path folder, Path binaries, FolderLock lock) {
    this.folder = folder;
    this.binaries = binaries;
    this.lock = lock;
  }

  /** The user's cache folder: {@code XDG_CACHE_HOME}, else {@code .cache} in the home folder. */
  public static Path cache(Map<String, String> environment) {
    String cache = environment.getOrDefault(CACHE, "");
    return cache.isBlank()
        ? Path.of(System.getProperty("user.home"), ".cache")
        : Path.of(cache).toAbsolutePath();
  }

  /**
   * Clears what killed runs have left and creates a folder for this run.
   *
   * @param cache the user's cache folder
   * @throws StartupException if the folder cannot be created, or if another user could write to it
   */
  public static Workspace open(Path cache) {
    try {
      Path root = PrivateFolder.create(cache.resolve("warmpool"), CACHE);
      Path runs = Files.createDirectories(root.resolve("run"));
      return open(runs, Files.createDirectories(root.resolve("postgres")));
    } catch (IOException e) {
      throw new StartupException(
          "no folder can be created and locked in %s (%s): set XDG_CACHE_HOME to a folder of your own"
              .formatted(cache, e),
          e);
    }
  }

  /** One run after another opens: no run takes a folder without a lock for one that was killed. */
  private static synchronized Workspace open(Path runs, Path binaries) throws IOException {
    try (FileChannel turn =
        FileChannel.open(runs.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      turn.lock();
      for (Path folder : folders(runs)) {
        lock(folder).ifPresent(free -> free.release(new Leftovers(folder, binaries)::clear));
      }
      Path folder = Files.createTempDirectory(runs, "");
      return new Workspace(folder, binaries, lock(folder).orElseThrow());
    }
  }

  /** Locks a run's folder, unless its run lasts or has just deleted it. */
  private static Optional<FolderLock> lock(Path folder) throws IOException {
    try {
      return FolderLock.tryLock(folder.resolve(LOCK));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  private static List<Path> folders(Path runs) throws IOException {
    try (Stream<Path> files = Files.list(runs)) {
      return files.filter(Files::isDirectory).toList();
    }
  }

  /** A path in the run's folder; the caller creates it. */
  public Path path(String name) {
    return folder.resolve(name);
  }

  /** The folder of the database's binaries, which all runs of this user share. */
  public Path binaries() {
    return binaries;
  }

  /** The data of new servers, which all runs of this user copy. */
  public CachedFolders initialData() throws IOException {
    return new CachedFolders(Files.createDirectories(root().resolve("initdb")));
  }

  /** The folder of all runs' files, which a later run may clear. */
  Path root() {
    return binaries.getParent();
  }

  /** An argument for the command line of each Java process, by which the next run recognises it. */
  public String marker() {
    return Leftovers.marker(folder);
  }

  /** Ends processes that still belong to this run and deletes its folder. Idempotent. */
  @Override
  public void close() {
    lock.release(new Leftovers(folder, binaries)::clear);
  }
}
