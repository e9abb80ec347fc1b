package dev.warmpool.local.runtime;

import dev.warmpool.local.StartupException;
import dev.warmpool.local.template.FunctionDefinition;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Enumeration;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** A deployment archive, unpacked as Lambda does it: the folder is a function's task root. */
final class Archive {

  private Archive() {}

  /**
   * Unpacks a function's archive into a folder.
   *
   * @throws StartupException where there is no archive, or the handler is not in it
   */
  static void unpack(FunctionDefinition function, Path target) {
    Path file = function.archive();
    if (!Files.isRegularFile(file)) {
      throw new StartupException(
          file + " is missing: build it with 'mvn package', or start with 'mvn -Plocal'");
    }
    try (ZipFile zip = new ZipFile(file.toFile())) {
      Enumeration<? extends ZipEntry> entries = zip.entries();
      while (entries.hasMoreElements()) {
        unpack(zip, entries.nextElement(), target);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (!Files.exists(target.resolve(function.handlerClass().replace('.', '/') + ".class"))) {
      throw new StartupException(
          "template.yaml: the handler %s of %s is not in %s: correct its name"
              .formatted(function.handler(), function.name(), file.getFileName()));
    }
  }

  private static void unpack(ZipFile zip, ZipEntry entry, Path target) throws IOException {
    Path file = target.resolve(entry.getName()).normalize();
    if (!file.startsWith(target)) {
      throw new StartupException(
          zip.getName() + " has an entry outside itself: " + entry.getName());
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
}
