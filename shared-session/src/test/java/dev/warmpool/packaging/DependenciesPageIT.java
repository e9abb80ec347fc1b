package dev.warmpool.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Compares the page on dependencies with the tree that Maven wrote during this build. */
class DependenciesPageIT {

  @Test
  void pageShowsTheTreeOfThisBuild() throws IOException {
    String tree = Files.readString(Path.of("target", "dependencies.txt"));
    String page = Files.readString(Path.of("..", "docs", "dependencies.md"));

    assertThat(page)
        .as("docs/dependencies.md: replace its tree by shared-session/target/dependencies.txt")
        .contains("```\n" + tree + "```\n");
  }

  @Test
  void everyModuleOfNettyHasTheSameVersion() throws IOException {
    Set<String> versions =
        Files.readAllLines(Path.of("target", "dependencies.txt")).stream()
            .filter(line -> line.contains("io.netty:"))
            .map(line -> line.split(":")[3])
            .collect(Collectors.toSet());

    assertThat(versions).hasSize(1).allMatch(version -> version.startsWith("4.2."));
  }
}
