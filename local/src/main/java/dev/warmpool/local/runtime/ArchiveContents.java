package dev.warmpool.local.runtime;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Enumeration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.CheckedInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** The files of a deployment archive, unpacked or copied into a task root. */
final class ArchiveContents {

  /** The first bytes of a class file: a number that marks it, then its version. */
  private static final int MARK_BYTES = 6;

  /** Java 1.0 has 45. */
  private static final int CLASS_VERSION_OF_JAVA_0 = 44;

  private ArchiveContents() {}

  /**
   * Unpacks a zip or jar, or copies a folder.
   *
   * @throws IOException if the archive is invalid, as one that is half written
   */
  static void copy(Path archive, Path root) throws IOException {
    if (Files.isDirectory(archive)) {
      copyFolder(archive, root);
    } else {
      unpack(archive, root);
    }
  }

  private static void copyFolder(Path folder, Path root) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path copy = root.resolve(folder.relativize(file).toString());
        Files.createDirectories(copy.getParent());
        Files.copy(file, copy);
      }
    } catch (UncheckedIOException e) {
      throw new IOException(e);
    }
  }

  private static void unpack(Path archive, Path root) throws IOException {
    try (ZipFile zip = new ZipFile(archive.toFile())) {
      Enumeration<? extends ZipEntry> entries = zip.entries();
      while (entries.hasMoreElements()) {
        unpack(zip, entries.nextElement(), root);
      }
    }
  }

  private static void unpack(ZipFile zip, ZipEntry entry, Path root) throws IOException {
    Path file = root.resolve(entry.getName()).normalize();
    if (!file.startsWith(root)) {
      throw new IOException("the entry leaves the archive's folder: " + entry.getName());
    }
    if (entry.isDirectory()) {
      Files.createDirectories(file);
      return;
    }
    Files.createDirectories(file.getParent());
    CRC32 checksum = new CRC32();
    try (InputStream in = new CheckedInputStream(zip.getInputStream(entry), checksum)) {
      Files.copy(in, file);
    }
    if (checksum.getValue() != entry.getCrc()) {
      throw new IOException("the entry is incomplete: " + entry.getName());
    }
  }

  /**
   * The Java version that a class requires; empty without the class. Looks where Lambda's class
   * loader does: in the root, then in the jars of {@code lib}.
   */
  static Optional<Integer> javaVersion(Path root, String className) throws IOException {
    String file = className.replace('.', '/') + ".class";
    if (Files.isRegularFile(root.resolve(file))) {
      try (InputStream in = Files.newInputStream(root.resolve(file))) {
        return Optional.of(javaVersion(in));
      }
    }
    for (Path jar : jars(root.resolve("lib"))) {
      try (ZipFile zip = new ZipFile(jar.toFile())) {
        ZipEntry entry = zip.getEntry(file);
        if (entry != null) {
          return Optional.of(javaVersion(zip.getInputStream(entry)));
        }
      }
    }
    return Optional.empty();
  }

  private static int javaVersion(InputStream file) throws IOException {
    DataInputStream data = new DataInputStream(file);
    data.readNBytes(MARK_BYTES);
    return data.readUnsignedShort() - CLASS_VERSION_OF_JAVA_0;
  }

  private static List<Path> jars(Path lib) throws IOException {
    if (!Files.isDirectory(lib)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(lib)) {
      return files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
    }
  }

  /** Deletes a task root, if there is one. */
  static void delete(Path root) {
    if (!Files.exists(root)) {
      return;
    }
    try (Stream<Path> files = Files.walk(root)) {
      files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
