package dev.warmpool.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A local Maven repository that has of this project only the library and what its POM needs, laid
 * over the one of the running build. Every other group of that one is there by a symbolic link:
 * downloads are kept for the next build, and nothing of this project is added to it.
 */
final class OwnRepository {

  private static final Path PROJECT = Path.of("..").toAbsolutePath().normalize();
  private static final Path LIBRARY = PROJECT.resolve("shared-session");
  private static final String GROUP = "dev/warmpool";

  /** Groups of what the example and Spring Boot's BOMs download; made where they are missing. */
  private static final List<String> GROUPS =
      List.of(
          "com",
          "commons-codec",
          "commons-io",
          "io",
          "javax",
          "joda-time",
          "org",
          "software",
          "tools");

  private static final Pattern VERSION =
      Pattern.compile("<artifactId>warmpool-parent</artifactId>\\s*<version>([^<]+)<");

  private OwnRepository() {}

  /** Makes one in this empty folder. */
  static Path in(Path folder) {
    try {
      Path below =
          Path.of(
              System.getProperty(
                  "localRepository", System.getProperty("user.home") + "/.m2/repository"));
      for (String group : GROUPS) {
        Files.createDirectories(below.resolve(group));
      }
      Path ours = Files.createDirectories(folder.resolve(GROUP));
      link(below, folder);
      if (Files.isDirectory(below.resolve(GROUP).getParent())) {
        link(below.resolve(GROUP).getParent(), ours.getParent());
      }
      install(folder);
      return folder;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What is in the folder, but for what the other has of the same name. */
  private static void link(Path below, Path folder) throws IOException {
    try (Stream<Path> groups = Files.list(below)) {
      for (Path group : groups.filter(Files::isDirectory).toList()) {
        Path link = folder.resolve(group.getFileName());
        if (Files.notExists(link)) {
          Files.createSymbolicLink(link, group);
        }
      }
    }
  }

  /** Takes the links away, so that nothing that clears the folder can follow one. */
  static void unlink(Path repository) {
    try (Stream<Path> files = Files.walk(repository, 2)) {
      for (Path link : files.filter(Files::isSymbolicLink).toList()) {
        Files.delete(link);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The artifacts of this project in it, in order. */
  static List<String> artifacts(Path repository) {
    try (Stream<Path> folders = Files.list(repository.resolve(GROUP))) {
      return folders.map(folder -> folder.getFileName().toString()).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** As {@code mvn install} does. */
  private static void install(Path folder) throws IOException {
    Path parent = PROJECT.resolve("pom.xml");
    Matcher found = VERSION.matcher(Files.readString(parent));
    if (!found.find()) {
      throw new IllegalStateException("no version in " + parent);
    }
    String version = found.group(1);
    put(parent, folder, "warmpool-parent", version, ".pom");
    put(LIBRARY.resolve("pom.xml"), folder, "warmpool-session", version, ".pom");
    Path jar = LIBRARY.resolve("target/warmpool-session-" + version + ".jar");
    put(jar, folder, "warmpool-session", version, ".jar");
  }

  private static void put(Path file, Path folder, String artifact, String version, String suffix)
      throws IOException {
    Path place = Files.createDirectories(folder.resolve(GROUP).resolve(artifact).resolve(version));
    Files.copy(file, place.resolve(artifact + "-" + version + suffix));
  }
}
