package dev.warmpool.local.workspace;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * A folder that one run at a time has, by a lock on a file in it. The operating system releases the
 * lock when the process ends, however it ends. Thread-safe.
 */
final class FolderLock {

  /**
   * The locked files of this process. Their locks must not be tried: closing a second channel to a
   * file releases all of a process's locks on it (POSIX).
   */
  private static final Set<Path> OWN = new HashSet<>();

  private final Path file;
  private final FileChannel channel;

  private FolderLock(Path file, FileChannel channel) {
    this.file = file;
    this.channel = channel;
  }

  /**
   * Locks the folder, unless a run has it, which may be one of this process.
   *
   * @param file the file in the folder, by its real path; it is created if missing
   */
  static Optional<FolderLock> tryLock(Path file) throws IOException {
    synchronized (OWN) {
      if (OWN.contains(file)) {
        return Optional.empty();
      }
      FileChannel channel =
          FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (!isFree(channel)) {
        channel.close();
        return Optional.empty();
      }
      OWN.add(file);
      return Optional.of(new FolderLock(file, channel));
    }
  }

  private static boolean isFree(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException e) {
      return false; // another class loader of this process has the folder
    }
  }

  /** Runs this while the folder is still locked, then releases it. Idempotent. */
  void release(Runnable last) {
    synchronized (OWN) {
      if (!OWN.contains(file)) {
        return;
      }
      try {
        last.run();
      } finally {
        OWN.remove(file);
        close();
      }
    }
  }

  private void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
