package dev.warmpool.functions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmpool.session.SessionException;
import dev.warmpool.session.settings.SessionSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The README lists the settings, errors and event files of the code. */
class ReadmeTest {

  private static String readme() throws IOException {
    return Files.readString(Path.of("../README.md"));
  }

  @Test
  void listsEverySettingAndNoOther() throws IOException {
    Set<String> named =
        Pattern.compile("`((?:POSTGRES|POOL)_[A-Z_]+)")
            .matcher(readme())
            .results()
            .map(match -> match.group(1))
            .filter(name -> !name.endsWith("_"))
            .collect(Collectors.toSet());
    assertThat(SessionSettings.VARIABLES).containsAll(named);
    assertThat(SessionSettings.VARIABLES)
        .allSatisfy(name -> assertThat(readme()).contains("`" + name));
  }

  @Test
  void explainsEveryErrorOfTheLibrary() throws IOException {
    Path sources = Path.of("../shared-session/src/main/java/dev/warmpool/session");
    String text = readme();
    try (Stream<Path> files = Files.list(sources)) {
      files
          .map(file -> file.getFileName().toString().replace(".java", ""))
          .filter(name -> name.endsWith("Exception"))
          .filter(name -> !name.equals(SessionException.class.getSimpleName()))
          .forEach(name -> assertThat(text).contains("`" + name + "`"));
    }
  }

  @Test
  void namesEventFilesThatExist() throws IOException {
    assertThat(
            Pattern.compile("fileb://(events/[\\w.-]+)")
                .matcher(readme())
                .results()
                .map(MatchResult::group)
                .map(name -> name.replace("fileb://", "../")))
        .isNotEmpty()
        .allSatisfy(name -> assertThat(Path.of(name)).exists());
  }
}
