package dev.warmpool.session.lambda;

import dev.warmpool.session.testkit.PostgresServer;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Writes the list of classes that {@link Preload} loads. The build runs this program after
 * compiling the tests and before packaging, even if tests are skipped. Does nothing if neither the
 * class path nor the Java version has changed since the list was written.
 */
public final class PreloadList {

  private final Path list;
  private final Path inputs;

  private PreloadList(Path list, Path inputs) {
    this.list = list;
    this.inputs = inputs;
  }

  /**
   * Runs a class in a JVM of its own, on a server started for it, and writes the list of the
   * classes that it links.
   *
   * @param arguments the list; the file that records the inputs of the list; the main class
   */
  public static void main(String[] arguments) throws Exception {
    if (arguments.length != 3) {
      throw new IllegalArgumentException("arguments: the list, its inputs, the main class");
    }
    new PreloadList(Path.of(arguments[0]), Path.of(arguments[1])).update(arguments[2]);
  }

  private void update(String mainClass) throws Exception {
    String found = mainClass + "\n" + inputs();
    if (Files.exists(list) && Files.exists(inputs) && Files.readString(inputs).equals(found)) {
      return;
    }
    try (PostgresServer server = PostgresServer.with(Map.of())) {
      List<String> names = new LinkedClasses(server).of(mainClass);
      Files.createDirectories(list.getParent());
      Files.writeString(list, String.join("\n", names) + "\n");
    }
    Files.writeString(inputs, found);
  }

  /** All files of the class path with their sizes and times, except the list itself. */
  private String inputs() throws IOException {
    StringBuilder text = new StringBuilder(System.getProperty("java.runtime.version"));
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
      try (Stream<Path> files = Files.walk(Path.of(entry))) {
        text.append(
            files
                .filter(file -> Files.isRegularFile(file) && !file.equals(list))
                .sorted()
                .map(PreloadList::line)
                .collect(Collectors.joining()));
      }
    }
    return text.toString();
  }

  private static String line(Path file) {
    try {
      return "\n" + file + " " + Files.size(file) + " " + Files.getLastModifiedTime(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
