package dev.warmpool.functions;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The code in docs/adding-a-resource.md is a part of sources that are compiled and tested. */
class DocsTest {

  private static final List<Path> SOURCES =
      List.of(Path.of("src/test/java/dev/warmpool/functions/notes"), Path.of("src/main/java"));

  private static String plain(String code) {
    return code.replaceAll("\\s+", " ").strip();
  }

  private static String sources() throws IOException {
    StringBuilder sources = new StringBuilder();
    for (Path source : SOURCES) {
      try (Stream<Path> files = Files.walk(source)) {
        files.filter(Files::isRegularFile).forEach(file -> sources.append(read(file)));
      }
    }
    return plain(sources.toString());
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void showsCodeThatIsTested() throws IOException {
    List<String> snippets =
        Pattern.compile("```java\n(.*?)```", Pattern.DOTALL)
            .matcher(read(Path.of("../docs/adding-a-resource.md")))
            .results()
            .map((MatchResult block) -> plain(block.group(1)))
            .collect(Collectors.toList());
    assertThat(snippets).hasSizeGreaterThan(1);
    String sources = sources();
    assertThat(snippets).allSatisfy(snippet -> assertThat(sources).contains(snippet));
  }
}
