package dev.warmpool.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** A copy of {@code examples/own-function} elsewhere, with a local repository of its own. */
record OwnFunction(Path folder) {

  static final Path EXAMPLE = Path.of("../examples/own-function").toAbsolutePath().normalize();
  static final Readme README = Readme.of(EXAMPLE.resolve("README.md"));

  private static final int LIMIT_SECONDS = 170;
  private static final Pattern TESTS =
      Pattern.compile("<completed>(\\d+)</completed>.*<skipped>(\\d+)</skipped>", Pattern.DOTALL);
  private static final Pattern UNVERSIONED = Pattern.compile("leave out the `<version>` of (.*):");

  /** Copies what is under version control. */
  static OwnFunction copy(Path repository, Path folder) {
    return copyOf(EXAMPLE, repository, folder);
  }

  /** Copies another example. */
  static OwnFunction copyOf(Path example, Path repository, Path folder) {
    try (Stream<Path> files = Files.walk(example)) {
      for (Path file : files.filter(file -> isSource(example, file)).toList()) {
        Path copy = folder.resolve(example.relativize(file).toString());
        Files.createDirectories(copy.getParent());
        Files.copy(file, copy);
      }
      Files.createDirectory(folder.resolve(".mvn"));
      Files.write(
          folder.resolve(".mvn/maven.config"),
          List.of("-Dmaven.repo.local=" + repository, "--batch-mode", "--no-transfer-progress"));
      return new OwnFunction(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isSource(Path example, Path file) {
    return Files.isRegularFile(file) && !example.relativize(file).startsWith("target");
  }

  /** Does to the POM what the README says of Spring Boot's versions. */
  OwnFunction withSpringBoot(String version) {
    try {
      Path file = folder.resolve("pom.xml");
      String bom =
          README.blocks("xml").get(0).replaceFirst("<version>[^<]+<", "<version>" + version + "<");
      String pom = Files.readString(file).replaceFirst("(?=  <dependencies>)", bom);
      for (String artifact : unversioned()) {
        String managed = "<artifactId>" + artifact + "</artifactId>";
        assertThat(pom).contains(managed);
        pom = pom.replaceFirst(managed + "\\s*<version>[^<]+</version>", managed);
      }
      Files.writeString(file, pom);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> unversioned() {
    String named = README.found(UNVERSIONED, match -> match.group(1)).get(0);
    return new Readme(named).found(Pattern.compile("`([^`]+)`"), match -> match.group(1));
  }

  /** Runs a command of the README here, which must succeed; gives what it printed. */
  String run(String command, Map<String, String> environment) {
    Path output = folder.resolve("output.txt");
    ProcessBuilder builder = new ProcessBuilder("bash", "-c", command);
    builder.directory(folder.toFile()).redirectErrorStream(true).redirectOutput(output.toFile());
    builder.environment().keySet().removeIf(name -> name.matches("(POSTGRES|POOL|MAVEN)_.*"));
    builder.environment().putAll(environment);
    try {
      Process process = builder.start();
      try {
        boolean ended = process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
        assertThat(ended && process.exitValue() == 0)
            .as(() -> command + " in " + environment + "\n" + text(output))
            .isTrue();
        return text(output);
      } finally {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** How many of its integration tests have run. */
  int integrationTests() {
    Readme summary = Readme.of(folder.resolve("target/failsafe-reports/failsafe-summary.xml"));
    return summary
        .found(TESTS, match -> Integer.parseInt(match.group(1)) - Integer.parseInt(match.group(2)))
        .get(0);
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The path of an event file. */
  Path event(String name) {
    return folder.resolve("events").resolve(name);
  }

  /** Names in the archive. */
  List<String> archive() {
    try (ZipFile zip = new ZipFile(folder.resolve("target/own-function.zip").toFile())) {
      return zip.stream().map(ZipEntry::getName).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
