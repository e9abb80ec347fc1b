package dev.warmpool.local.runtime;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Tells whether a deployment archive has changed: names, sizes and times of its files. Immutable.
 *
 * @param files a line for each file
 */
record ArchiveState(List<String> files) {

  /** The state of a file, or of the files in a folder; empty if there are none. */
  static Optional<ArchiveState> of(Path archive) {
    try (Stream<Path> files = Files.walk(archive)) {
      List<String> lines =
          files.filter(Files::isRegularFile).sorted().map(ArchiveState::line).toList();
      return lines.isEmpty() ? Optional.empty() : Optional.of(new ArchiveState(lines));
    } catch (IOException | UncheckedIOException e) {
      return Optional.empty(); // a build deletes it, or is making it anew
    }
  }

  private static String line(Path file) {
    try {
      BasicFileAttributes facts = Files.readAttributes(file, BasicFileAttributes.class);
      return "%s %d %s %s".formatted(file, facts.size(), facts.lastModifiedTime(), facts.fileKey());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
