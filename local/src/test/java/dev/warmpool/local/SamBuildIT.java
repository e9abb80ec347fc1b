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
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The folders that {@code sam build} makes, in which each function's code is a folder. */
@ExtendWith(PageCommands.class)
class SamBuildIT {

  private static final String COMMAND =
      "java -jar warmpool-local.jar --template .aws-sam/build/template.yaml";

  @TempDir private Path folder;

  /** What {@code sam build} does. */
  private void samBuild(StrangerProject project) throws IOException {
    Path build = Files.createDirectories(folder.resolve(".aws-sam/build"));
    copy(project.compile(), build.resolve("Orders"));
    String template = Files.readString(folder.resolve("template.yaml"));
    Files.writeString(build.resolve("template.yaml"), template.replace("build/shop.jar", "Orders"));
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

  /** Starts what the command names. */
  private RunningStack started(String command, Map<String, String> settings) {
    CommandLine given = CommandLine.of(RunnerProcess.arguments(command), folder);
    return RunningStack.start(
        LocalSettings.from(ProbeStack.onFreePorts(2, settings), given.template()));
  }

  @Test
  void runsFoldersWithTokensAndTakesTheNextBuild() throws IOException {
    StrangerProject project = StrangerProject.in(folder);
    Map<String, String> settings = Map.of("POSTGRES_HOST", "none", "LOCAL_AUTH", "jwt");
    samBuild(project);
    try (RunningStack stack = PageCommands.run(COMMAND, command -> started(command, settings))) {
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
