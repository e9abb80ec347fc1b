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

/** The reference pages list the settings, errors and event files of the code. */
class ReferencePagesTest {

  /** About three screens. */
  private static final int LINES_BEFORE_TABLES = 120;

  private static String page(String name) throws IOException {
    return Files.readString(Path.of("..", name));
  }

  @Test
  void leaveTheReadmeShort() throws IOException {
    assertThat(page("README.md").lines().takeWhile(line -> !line.startsWith("|")).count())
        .isBetween(50L, (long) LINES_BEFORE_TABLES);
  }

  @Test
  void listEverySettingAndNoOther() throws IOException {
    Set<String> named =
        Pattern.compile("`((?:POSTGRES|POOL)_[A-Z_]+)")
            .matcher(page("docs/settings.md") + page("docs/local-runner.md") + page("README.md"))
            .results()
            .map(match -> match.group(1))
            .filter(name -> !name.endsWith("_"))
            .collect(Collectors.toSet());
    assertThat(SessionSettings.VARIABLES).containsAll(named);
    assertThat(SessionSettings.VARIABLES)
        .allSatisfy(name -> assertThat(page("docs/settings.md")).contains("`" + name));
  }

  @Test
  void explainEveryErrorOfTheLibrary() throws IOException {
    Path sources = Path.of("../shared-session/src/main/java/dev/warmpool/session");
    String text = page("docs/exceptions.md");
    try (Stream<Path> files = Files.list(sources)) {
      files
          .map(file -> file.getFileName().toString().replace(".java", ""))
          .filter(name -> name.endsWith("Exception"))
          .filter(name -> !name.equals(SessionException.class.getSimpleName()))
          .forEach(name -> assertThat(text).contains("`" + name + "`"));
    }
  }

  @Test
  void nameEventFilesThatExist() throws IOException {
    assertThat(
            Pattern.compile("fileb://(events/[\\w.-]+)")
                .matcher(page("docs/local-runner.md"))
                .results()
                .map(MatchResult::group)
                .map(name -> name.replace("fileb://", "../")))
        .isNotEmpty()
        .allSatisfy(name -> assertThat(Path.of(name)).exists());
  }
}
