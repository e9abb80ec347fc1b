package dev.warmpool.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The example {@code examples/opentelemetry} builds, and its tests pass, outside of this build. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "symbolic links need a privilege there")
class SpansExampleIT {

  private static final Path EXAMPLE =
      Path.of("../examples/opentelemetry").toAbsolutePath().normalize();

  @Test
  void showsSessionsAsSpans(@TempDir Path folder) {
    Path repository = OwnRepository.in(folder.resolve("repository"));
    try {
      OwnFunction project = OwnFunction.copyOf(EXAMPLE, repository, folder.resolve("project"));
      assertThat(project.run("mvn test", Map.of())).contains("Tests run: 3, Failures: 0");
    } finally {
      OwnRepository.unlink(repository);
    }
  }
}
