package dev.warmpool.benchmarks.coldstart;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * A deployment archive, unpacked as on Lambda. Immutable.
 *
 * @param root folder of its classes, with jars in {@code lib}
 * @param bytes size of the archive
 */
record Archive(Path root, long bytes) {

  /** Unpacks an archive into a folder. */
  static Archive unpack(Path zip, Path root) throws IOException {
    if (!Files.isRegularFile(zip)) {
      throw new IllegalStateException(zip + " is missing: build it with 'mvn -Pcold-start'");
    }
    try (InputStream in = Files.newInputStream(zip);
        ZipInputStream entries = new ZipInputStream(in)) {
      for (ZipEntry entry = entries.getNextEntry(); entry != null; entry = entries.getNextEntry()) {
        Path file = root.resolve(entry.getName());
        if (entry.isDirectory()) {
          Files.createDirectories(file);
        } else {
          Files.createDirectories(file.getParent());
          Files.copy(entries, file);
        }
      }
    }
    return new Archive(root, Files.size(zip));
  }

  /** The jars in the order of Lambda's class loader. */
  List<Path> jars() throws IOException {
    try (var files = Files.list(root.resolve("lib"))) {
      return files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
    }
  }
}
