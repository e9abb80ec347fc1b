package dev.warmpool.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandLineTest {

  @TempDir private Path folder;

  private CommandLine parsed(String... arguments) {
    return CommandLine.of(arguments, folder);
  }

  private Path template(String... arguments) {
    Map<String, String> environment = Map.of();
    return LocalSettings.from(environment, parsed(arguments).template()).template();
  }

  @Test
  void takesTheTemplateOfTheFolder() throws IOException {
    assertThat(template()).isEqualTo(folder.resolve("template.yaml"));
    Files.createFile(folder.resolve("template.yml"));
    assertThat(template()).isEqualTo(folder.resolve("template.yml"));
    Files.createFile(folder.resolve("template.yaml"));
    assertThat(template()).isEqualTo(folder.resolve("template.yaml"));
  }

  @Test
  void takesTheTemplateThatIsNamed() throws IOException {
    Path other = Files.createFile(folder.resolve("other.yaml"));
    assertThat(template("--template", "other.yaml")).isEqualTo(other);
    assertThat(template("--template=" + other)).isEqualTo(other);
    Path inner = Files.createDirectory(folder.resolve("inner"));
    assertThat(template("--template", "inner")).isEqualTo(inner.resolve("template.yaml"));
  }

  @Test
  void findsTheEventsOfATemplateThatSamBuilt() throws IOException {
    Path build = Files.createDirectories(folder.resolve(".aws-sam/build"));
    Files.createFile(build.resolve("template.yaml"));
    CommandLine given = parsed("--template", ".aws-sam/build/template.yaml");
    assertThat(LocalSettings.from(Map.of(), given.template()).folder()).isEqualTo(folder);
  }

  @Test
  void refusesWrongArguments() {
    assertThatThrownBy(() -> parsed("--port", "1"))
        .hasMessage("'--port' is no argument: arguments are [--template FILE] [--help]");
    assertThatThrownBy(() -> parsed("--template")).hasMessageStartingWith("--template names no");
    assertThatThrownBy(() -> parsed("--template", "none.yaml"))
        .hasMessage("the template " + folder.resolve("none.yaml") + " does not exist");
  }
}
