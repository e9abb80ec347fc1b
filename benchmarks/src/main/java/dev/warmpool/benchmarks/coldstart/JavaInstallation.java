package dev.warmpool.benchmarks.coldstart;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;

/**
 * A Java installation on this machine. Immutable.
 *
 * @param home its folder
 * @param version its version, from the file {@code release}
 */
record JavaInstallation(Path home, String version) {

  /** The first version that trains an AOT cache in one run. */
  private static final int FIRST_WITH_AOT_CACHE = 25;

  /**
   * Finds Java 17 and 25 in the folder of the Java that runs this.
   *
   * @throws IllegalStateException if one of them is missing
   */
  static List<JavaInstallation> all() throws IOException {
    Path own = Path.of(System.getProperty("java.home"));
    List<JavaInstallation> found = new ArrayList<>();
    try (Stream<Path> homes = Files.list(own.getParent())) {
      for (Path home : Stream.concat(Stream.of(own), homes.sorted()).toList()) {
        if (Files.isExecutable(home.resolve("bin/java")) && Files.exists(home.resolve("release"))) {
          found.add(new JavaInstallation(home, version(home)));
        }
      }
    }
    List<JavaInstallation> measured =
        List.of(17, 25).stream()
            .map(feature -> found.stream().filter(java -> java.feature() == feature).findFirst())
            .flatMap(java -> java.stream())
            .sorted(Comparator.comparingInt(JavaInstallation::feature))
            .toList();
    if (measured.size() < 2) {
      throw new IllegalStateException(
          "cold starts are measured on 17 and 25: install both beside " + own);
    }
    return measured;
  }

  private static String version(Path home) throws IOException {
    Properties release = new Properties();
    try (Reader reader = Files.newBufferedReader(home.resolve("release"))) {
      release.load(reader);
    }
    return release.getProperty("JAVA_VERSION", "0").replace("\"", "");
  }

  int feature() {
    return Integer.parseInt(version.split("\\.")[0]);
  }

  boolean hasAotCache() {
    return feature() >= FIRST_WITH_AOT_CACHE;
  }

  Path launcher() {
    return home.resolve("bin/java");
  }
}
