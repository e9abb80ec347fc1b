package dev.warmpool.local.workspace;

import dev.warmpool.local.StartupException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The folder that {@code LOCAL_DATA} names, from {@link #open} to {@link #close}. Its files stay.
 * One run at a time has it, by a lock that the operating system releases when the process ends; so
 * opening it also ends the database's processes that a killed run has left. Thread-safe.
 */
public final class KeptFolder implements AutoCloseable {

  private static final String SETTING = "LOCAL_DATA";

  /** The first file that a run creates: a folder that has it belongs to the runner. */
  private static final String LOCK = "warmpool.lock";

  /** As in {@link Workspace}: a lock of this process must not be tried again. */
  private static final Set<Path> OWN = new HashSet<>();

  private final Path folder;
  private final Path binaries;
  private final FileChannel lock;

  private KeptFolder(Path folder, Path binaries, FileChannel lock) {
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

  private static FileChannel lock(Path folder) throws IOException {
    synchronized (OWN) {
      if (OWN.contains(folder)) {
        throw inUse(folder);
      }
      FileChannel file =
          FileChannel.open(
              folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (!isFree(file)) {
        file.close();
        throw inUse(folder);
      }
      OWN.add(folder);
      return file;
    }
  }

  private static boolean isFree(FileChannel file) throws IOException {
    try {
      return file.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      return false; // another class loader of this process has the folder
    }
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
    synchronized (OWN) {
      if (OWN.contains(folder)) {
        leftovers().end();
        OWN.remove(folder);
        release();
      }
    }
  }

  private void release() {
    try {
      lock.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
