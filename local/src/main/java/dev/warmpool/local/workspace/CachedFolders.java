package dev.warmpool.local.workspace;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Folders in the user's cache that are made once for all runs, each named by what it was made from.
 * One that has its name is complete. Folders of other versions are deleted when unused for a month.
 * Immutable.
 */
public final class CachedFolders {

  private static final Duration KEPT = Duration.ofDays(30);

  private final Path parent;

  CachedFolders(Path parent) {
    this.parent = parent;
  }

  /** Finds a folder and records that it is in use. */
  public Optional<Path> find(String name) throws IOException {
    Path folder = parent.resolve(name);
    if (!Files.isDirectory(folder)) {
      return Optional.empty();
    }
    Files.setLastModifiedTime(folder, FileTime.from(Instant.now()));
    deleteUnused();
    return Optional.of(folder);
  }

  /** Makes this folder, which is on the same disk, the one of the name, unless there is one. */
  public Path keep(Path made, String name) throws IOException {
    Path folder = parent.resolve(name);
    try {
      Files.move(made, folder, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      delete(made);
      if (!Files.isDirectory(folder)) { // else another start was faster
        throw e;
      }
    }
    return folder;
  }

  /** Deletes a folder that is broken. A run that reads it fails to. */
  public void discard(String name) throws IOException {
    Path broken = Files.createTempDirectory(parent, "broken").resolve(name);
    Files.move(parent.resolve(name), broken, StandardCopyOption.ATOMIC_MOVE);
    delete(broken.getParent());
  }

  private void deleteUnused() throws IOException {
    Instant limit = Instant.now().minus(KEPT);
    try (Stream<Path> folders = Files.list(parent)) {
      folders
          .filter(folder -> folder.toFile().lastModified() < limit.toEpochMilli())
          .forEach(CachedFolders::delete);
    }
  }

  /** Deletes a folder with everything in it. */
  public static void delete(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
