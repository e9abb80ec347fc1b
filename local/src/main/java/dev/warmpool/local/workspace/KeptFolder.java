package dev.warmpool.local.workspace;

import dev.warmpool.local.StartupException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The folder that {@code LOCAL_DATA} names, from {@link #open} to {@link #close}. Its files stay.
 * One run at a time has it, so opening it also ends the database's processes that a killed run has
 * left. Thread-safe.
 */
public final class KeptFolder implements AutoCloseable {

  private static final String SETTING = "LOCAL_DATA";

  /** The first file that a run creates: a folder that has it belongs to the runner. */
  private static final String LOCK = "warmpool.lock";

  private final Path folder;
  private final Path binaries;
  private final FolderLock lock;

  private KeptFolder(Path folder, Path binaries, FolderLock lock) {
    this.folder = folder;
    this.binaries = binaries;
    this.lock = lock;
  }

  /**
   * Creates the folder, or takes one that is empty or of an earlier run.
   *
   * @param folder an absolute path
   * @throws StartupException if the folder cannot be used
   */
  public static KeptFolder open(Path folder, Workspace workspace) {
    try {
      Path target = Files.isDirectory(folder) ? folder.toRealPath() : folder;
      rejectOtherFiles(target);
      Path real = PrivateFolder.create(target, SETTING);
      if (real.startsWith(workspace.root())) {
        throw refusal(folder, "the runner clears that folder: set one elsewhere");
      }
      KeptFolder kept = new KeptFolder(real, workspace.binaries(), lock(real));
      kept.leftovers().end();
      return kept;
    } catch (AccessDeniedException e) {
      throw refusal(folder, "you cannot write to it: set a folder of your own");
    } catch (IOException e) {
      throw refusal(folder, "it cannot be used (%s): set a folder of your own".formatted(e));
    }
  }

  /** Before anything is changed: the folder may be another one than the user meant. */
  private static void rejectOtherFiles(Path folder) throws IOException {
    if (!Files.isDirectory(folder) || Files.exists(folder.resolve(LOCK))) {
      return;
    }
    try (Stream<Path> files = Files.list(folder)) {
      Optional<Path> other = files.findFirst();
      if (other.isPresent()) {
        throw refusal(
            folder,
            "it has other files, such as %s: set a new or an empty folder"
                .formatted(other.get().getFileName()));
      }
    }
  }

  private static FolderLock lock(Path folder) throws IOException {
    return FolderLock.tryLock(folder.resolve(LOCK)).orElseThrow(() -> inUse(folder));
  }

  private static StartupException inUse(Path folder) {
    return refusal(folder, "another run uses it: stop that run, or set another folder");
  }

  private static StartupException refusal(Path folder, String reason) {
    return new StartupException("%s is '%s': %s".formatted(SETTING, folder, reason));
  }

  private Leftovers leftovers() {
    return new Leftovers(folder, binaries);
  }

  /** The real path. */
  public Path folder() {
    return folder;
  }

  /** Ends processes that still use the folder and releases it. Idempotent. */
  @Override
  public void close() {
    lock.release(leftovers()::end);
  }
}
