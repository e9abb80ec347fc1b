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
 * The event files of a folder, named {@code FUNCTION-case.json}. Files are read at each use, so
 * they may be edited while the runner runs. Immutable.
 *
 * @param folder the folder, which may be missing
 * @param functions logical ids of the template's functions
 */
public record EventFiles(Path folder, Set<String> functions) {

  private static final String EXTENSION = ".json";

  /**
   * An event file.
   *
   * @param name file name
   * @param function logical id of the function that gets the event
   * @param label the case, which is the rest of the file name
   */
  public record EventFile(String name, String function, String label) {}

  /** All event files of the template's functions, by name. */
  public List<EventFile> all() {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(EXTENSION) && name.contains("-"))
          .sorted()
          .map(EventFiles::parsed)
          .filter(file -> functions.contains(file.function()))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static EventFile parsed(String name) {
    String[] parts = name.substring(0, name.length() - EXTENSION.length()).split("-", 2);
    return new EventFile(name, parts[0], parts[1]);
  }

  Optional<EventFile> find(String name) {
    return all().stream().filter(file -> file.name().equals(name)).findFirst();
  }

  byte[] read(EventFile file) throws IOException {
    return Files.readAllBytes(folder.resolve(file.name()));
  }
}
