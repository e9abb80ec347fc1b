package dev.warmpool.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The examples of listeners build, and their tests pass, outside of this build. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "symbolic links need a privilege there")
class ListenerExamplesIT {

  private static final Path EXAMPLES = Path.of("../examples").toAbsolutePath().normalize();

  private static String tested(String example, Path folder) {
    Path repository = OwnRepository.in(folder.resolve("repository"));
    try {
      return OwnFunction.copyOf(EXAMPLES.resolve(example), repository, folder.resolve("project"))
          .run("mvn test", Map.of());
    } finally {
      OwnRepository.unlink(repository);
    }
  }

  @Test
  void metersAreCountedAndTimed(@TempDir Path folder) {
    assertThat(tested("micrometer", folder)).contains("Tests run: 3, Failures: 0");
  }

  @Test
  void spansAreThoseOnThePage(@TempDir Path folder) throws IOException {
    String output = tested("opentelemetry", folder);
    assertThat(output).contains("Tests run: 4, Failures: 0");
    List<String> spans =
        output.lines().filter(line -> line.startsWith("span: ")).map(l -> l.substring(6)).toList();
    String page = Files.readString(Path.of("../docs/operating.md"));
    String block = page.substring(page.indexOf("```text\n") + 8);
    assertThat(block.substring(0, block.indexOf("```")).lines())
        .as("docs/operating.md, section Traces")
        .isNotEmpty()
        .containsExactlyElementsOf(spans);
  }
}
