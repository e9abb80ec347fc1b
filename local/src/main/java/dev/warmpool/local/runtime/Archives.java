package dev.warmpool.local.runtime;

import dev.warmpool.local.StartupException;
import dev.warmpool.local.template.FunctionDefinition;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The functions' deployment archives, of which several functions may share one. Thread-safe. */
final class Archives {

  private final Path folder;
  private final Map<Path, Archive> archives = new ConcurrentHashMap<>();

  Archives(Path folder) {
    this.folder = folder;
  }

  /**
   * Unpacks the function's archive unless it is unpacked already, and checks that it has the
   * handler's class.
   *
   * @throws StartupException if the archive is missing or invalid, or has no such class
   */
  void unpack(FunctionDefinition function) {
    archives
        .computeIfAbsent(
            function.archive(), source -> new Archive(source, folder.resolve("" + archives.size())))
        .add(function);
  }

  /** The folder that holds the function's unpacked archive. */
  Path taskRoot(FunctionDefinition function) {
    return archive(function).root();
  }

  /** The current version of the function's archive, without a look at the file. */
  int version(FunctionDefinition function) {
    return archive(function).version();
  }

  /** Takes the function's archive if it has changed and is complete; returns its version. */
  int refresh(FunctionDefinition function) {
    return archive(function).refresh();
  }

  private Archive archive(FunctionDefinition function) {
    return Optional.ofNullable(archives.get(function.archive()))
        .orElseThrow(
            () -> new IllegalStateException(function.archive() + " has not been unpacked"));
  }
}
