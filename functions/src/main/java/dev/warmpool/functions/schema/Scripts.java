package dev.warmpool.functions.schema;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The migration scripts of one version of the code, in the order in which they are applied.
 * Immutable.
 */
record Scripts(List<Migration> all) {

  private static final String FOLDER = "db/migration/";

  /** Copies the list. */
  Scripts {
    all = List.copyOf(all);
  }

  /**
   * Reads all scripts in the order of the file {@code db/migration/index}, which names them because
   * a class path cannot be listed.
   *
   * @throws IllegalStateException if a script is missing or its file name is invalid
   */
  static Scripts read() {
    return new Scripts(
        Resource.read(FOLDER + "index")
            .lines()
            .map(file -> Migration.of(file, Resource.read(FOLDER + file)))
            .toList());
  }

  /** The highest version; 0 if there are no scripts. */
  int newest() {
    return all.stream().mapToInt(Migration::version).max().orElse(0);
  }

  /** The hash of all scripts, which is that of the history of a schema to which all are applied. */
  String hash() {
    return hash(all.stream().collect(Collectors.toMap(Migration::version, Migration::checksum)));
  }

  /** Returns the hash of scripts, given as checksums by version. */
  static String hash(Map<Integer, String> checksums) {
    StringBuilder lines = new StringBuilder();
    new TreeMap<>(checksums)
        .forEach(
            (version, checksum) -> lines.append(version).append(' ').append(checksum).append('\n'));
    return Hash.of(lines.toString());
  }
}
