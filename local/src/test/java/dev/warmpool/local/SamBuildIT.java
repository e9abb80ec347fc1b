package dev.warmpool.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The folders that {@code sam build} makes, in which each function's code is a folder. */
class SamBuildIT {

  @TempDir private Path folder;

  /** What {@code sam build} does. */
  private Path samBuild(StrangerProject project) throws IOException {
    Path build = Files.createDirectories(folder.resolve(".aws-sam/build"));
    copy(project.compile(), build.resolve("Orders"));
    String template = Files.readString(folder.resolve("template.yaml"));
    return Files.writeString(
        build.resolve("template.yaml"), template.replace("build/shop.jar", "Orders"));
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path copy = to.resolve(from.relativize(file).toString());
        Files.createDirectories(copy.getParent());
        Files.copy(
            file,
            copy,
            StandardCopyOption.REPLACE_EXISTING,
            StandardCopyOption.COPY_ATTRIBUTES); // as sam build does
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  @Test
  void runsFoldersWithTokensAndTakesTheNextBuild() throws IOException {
    StrangerProject project = StrangerProject.in(folder);
    Map<String, String> settings = Map.of("POSTGRES_HOST", "none", "LOCAL_AUTH", "jwt");
    try (RunningStack stack =
        RunningStack.start(
            LocalSettings.from(ProbeStack.onFreePorts(2, settings), samBuild(project)))) {
      Http http = new Http(stack.httpAddress());
      assertThat(http.get("/orders/1").statusCode()).isEqualTo(401);
      assertThat(stack.eventFiles()).hasSize(1);
      Map<String, String> token = Map.of("authorization", "Bearer " + stack.tokens().get("demo"));

      HttpResponse<String> first = http.send("GET", "/orders/1", "", token);
      assertThat(first.body()).startsWith("first edition").contains("by {claims={", "tenant=demo");

      project.edit("first edition", "second edition");
      samBuild(project);
      assertThat(http.send("GET", "/orders/1", "", token).body()).startsWith("second edition");
    }
  }
}
