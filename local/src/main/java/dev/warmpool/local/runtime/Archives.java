package dev.warmpool.local.runtime;

import dev.warmpool.local.StartupException;
import dev.warmpool.local.template.FunctionDefinition;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * The functions' deployment archives, each unpacked once into a folder that is the task root of all
 * functions with this archive. {@link #unpack} is confined to the start-up thread; the rest is
 * thread-safe afterwards.
 */
final class Archives {

  private final Path folder;
  private final Map<Path, Path> unpacked = new HashMap<>();

  Archives(Path folder) {
    this.folder = folder;
  }

  /** The folder that holds the function's unpacked archive. */
  Path taskRoot(FunctionDefinition function) {
    Path root = unpacked.get(function.archive());
    if (root == null) {
      throw new IllegalStateException(function.archive() + " has not been unpacked");
    }
    return root;
  }

  /**
   * Unpacks the function's archive unless it is unpacked already, and checks that it has the
   * handler's class.
   *
   * @throws StartupException if the archive is missing or invalid, or has no such class
   */
  void unpack(FunctionDefinition function) {
    Path file = function.archive();
    if (!Files.isRegularFile(file)) {
      throw new StartupException(
          file + " is missing: build it with 'mvn package', or start with 'mvn -Plocal'");
    }
    Path root = unpacked.computeIfAbsent(file, this::unpack);
    if (!hasClass(root, function.handlerClass().replace('.', '/') + ".class")) {
      throw new StartupException(
          "template.yaml: the handler '%s' of %s is not in %s: correct its name"
              .formatted(function.handler(), function.name(), file.getFileName()));
    }
  }

  private Path unpack(Path file) {
    Path root = folder.resolve("archive-" + unpacked.size());
    try (ZipFile zip = new ZipFile(file.toFile())) {
      Enumeration<? extends ZipEntry> entries = zip.entries();
      while (entries.hasMoreElements()) {
        unpack(zip, entries.nextElement(), root);
      }
    } catch (IOException e) {
      throw new StartupException(
          "%s cannot be unpacked (%s): build it again with 'mvn package'"
              .formatted(file, e.getMessage()),
          e);
    }
    return root;
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
    try (InputStream in = zip.getInputStream(entry)) {
      Files.copy(in, file);
    }
  }

  /** Looks where Lambda's class loader does: in the root, then in the jars of {@code lib}. */
  private static boolean hasClass(Path root, String file) {
    if (Files.isRegularFile(root.resolve(file))) {
      return true;
    }
    Path lib = root.resolve("lib");
    return Files.isDirectory(lib) && jars(lib).stream().anyMatch(jar -> hasEntry(jar, file));
  }

  private static List<Path> jars(Path lib) {
    try (Stream<Path> files = Files.list(lib)) {
      return files.filter(file -> file.toString().endsWith(".jar")).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean hasEntry(Path jar, String name) {
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      return zip.getEntry(name) != null;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
