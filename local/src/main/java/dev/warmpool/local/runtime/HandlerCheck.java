package dev.warmpool.local.runtime;

import dev.warmpool.local.StartupException;
import dev.warmpool.local.template.FunctionDefinition;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/** Checks that a function's archive has what it takes to start the function. */
final class HandlerCheck {

  private HandlerCheck() {}

  /**
   * Refuses a folder that Maven or Gradle has to build first.
   *
   * @throws StartupException if it is one
   */
  static void rejectSources(Path archive) {
    if (Stream.of("pom.xml", "build.gradle", "build.gradle.kts")
        .anyMatch(file -> Files.exists(archive.resolve(file)))) {
      throw new StartupException(
          archive
              + " is a folder of sources: run 'sam build', and start with --template"
              + " .aws-sam/build/template.yaml");
    }
  }

  /**
   * Checks that the handler's class is there and that this JVM can load it.
   *
   * @param root the unpacked archive
   * @param archive the archive, for the message
   * @throws StartupException if it is not
   */
  static void check(Path root, FunctionDefinition function, Path archive) throws IOException {
    Optional<Integer> required = ArchiveContents.javaVersion(root, function.handlerClass());
    if (required.isEmpty()) {
      throw new StartupException(
          "the handler '%s' of %s is not in %s: correct its name in the template"
              .formatted(function.handler(), function.name(), archive.getFileName()));
    }
    int present = Runtime.version().feature();
    if (required.get() > present) {
      throw new StartupException(
          "%s is compiled for Java %d and this is Java %d: start with Java %2$d or later"
              .formatted(function.name(), required.get(), present));
    }
  }
}
