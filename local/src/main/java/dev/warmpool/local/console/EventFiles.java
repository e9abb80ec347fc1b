package dev.warmpool.local.console;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The events in a folder, {@code FUNCTION-case.json} each. Read anew each time, so that a file may
 * be edited while the runner runs. Immutable.
 *
 * @param folder which need not be there
 * @param functions that events may be for
 */
record EventFiles(Path folder, Set<String> functions) {

  private static final String ENDING = ".json";

  /**
   * One file.
   *
   * @param name of the file
   * @param function that it is for
   * @param label what is left of the name
   */
  record EventFile(String name, String function, String label) {}

  /** All files that are for a function, in order. */
  List<EventFile> all() {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(ENDING) && name.contains("-"))
          .sorted()
          .map(EventFiles::parsed)
          .filter(file -> functions.contains(file.function()))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static EventFile parsed(String name) {
    String[] parts = name.substring(0, name.length() - ENDING.length()).split("-", 2);
    return new EventFile(name, parts[0], parts[1]);
  }

  Optional<EventFile> find(String name) {
    return all().stream().filter(file -> file.name().equals(name)).findFirst();
  }

  byte[] read(EventFile file) throws IOException {
    return Files.readAllBytes(folder.resolve(file.name()));
  }
}
