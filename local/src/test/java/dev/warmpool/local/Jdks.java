package dev.warmpool.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** JDKs of this machine. */
final class Jdks {

  private static final int DEPLOYED = 25;

  private Jdks() {}

  /** The one that runs this. */
  static Path own() {
    return Path.of(System.getProperty("java.home"));
  }

  /** That, and one of the version that is deployed on, where there is one beside it. */
  static List<Path> found() {
    Path own = own();
    Stream<Path> other =
        Runtime.version().feature() == DEPLOYED
            ? Stream.empty()
            : Stream.concat(named(), beside(own)).filter(Jdks::isDeployed).limit(1);
    return Stream.concat(Stream.of(own), other).toList();
  }

  /** As machines of continuous integration name them. */
  private static Stream<Path> named() {
    return System.getenv().entrySet().stream()
        .filter(variable -> variable.getKey().startsWith("JAVA_HOME_" + DEPLOYED))
        .map(Map.Entry::getValue)
        .map(Path::of);
  }

  private static Stream<Path> beside(Path jdk) {
    try (Stream<Path> folders = Files.list(jdk.toRealPath().getParent())) {
      return folders.toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isDeployed(Path folder) {
    try {
      Path release = folder.resolve("release");
      return Files.isExecutable(folder.resolve("bin/javac"))
          && Files.isReadable(release)
          && Files.readString(release).contains("JAVA_VERSION=\"" + DEPLOYED);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
