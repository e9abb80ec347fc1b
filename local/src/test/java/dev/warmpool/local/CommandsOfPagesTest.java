package dev.warmpool.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Each command of README and pages, in a shell's block or in the text, is run by the test that
 * {@code commands.txt} names, or has a reason there.
 */
class CommandsOfPagesTest {

  private static final Path PROJECT = Path.of("..").toAbsolutePath().normalize();
  private static final Pattern INLINE =
      Pattern.compile("`((?:mvn|java -jar|curl|sam|aws|docker|psql) [^`]+)`");
  private static final Pattern PARAMETER = Pattern.compile("\\b([A-Z]\\w+)=");
  private static final String NONE = "no: ";

  private record Row(Pattern pattern, String test) {

    static Row of(String line) {
      int end = line.lastIndexOf(" | ");
      return new Row(Pattern.compile(line.substring(0, end)), line.substring(end + 3));
    }

    boolean matches(String command) {
      return pattern.matcher(command).matches();
    }
  }

  private static List<Row> rows() throws IOException {
    return Files.readAllLines(Path.of("src/test/resources/commands.txt")).stream()
        .filter(line -> !line.startsWith("#"))
        .map(Row::of)
        .toList();
  }

  private static List<Path> pages() throws IOException {
    try (Stream<Path> root = Files.list(PROJECT);
        Stream<Path> docs = Files.list(PROJECT.resolve("docs"));
        Stream<Path> examples = Files.walk(PROJECT.resolve("examples"))) {
      return Stream.of(root, docs, examples)
          .flatMap(files -> files)
          .filter(file -> file.toString().endsWith(".md"))
          .filter(file -> !file.endsWith("CHANGELOG.md"))
          .toList();
    }
  }

  private static Set<String> commands(Path file) {
    Readme page = Readme.of(file);
    Set<String> commands = new HashSet<>(page.found(INLINE, match -> match.group(1)));
    page.blocks("sh").stream()
        .flatMap(block -> block.replaceAll("\\\\\n\\s*", "").lines())
        .map(String::strip)
        .filter(line -> !line.isEmpty())
        .forEach(commands::add);
    return commands;
  }

  private static Set<String> commands() throws IOException {
    return pages().stream().flatMap(page -> commands(page).stream()).collect(Collectors.toSet());
  }

  @Test
  void areRunByATestOrHaveAReason() throws IOException {
    List<Row> rows = rows();
    Set<Row> used = new HashSet<>();
    List<String> unknown = new ArrayList<>();
    for (String command : commands()) {
      Optional<Row> row = rows.stream().filter(each -> each.matches(command)).findFirst();
      row.ifPresentOrElse(used::add, () -> unknown.add(command));
    }
    assertThat(unknown).as("commands that commands.txt does not have").isEmpty();
    assertThat(rows).as("rows without a command").allMatch(used::contains);
  }

  @Test
  void haveTestsThatExist() throws IOException {
    Set<String> tests;
    try (Stream<Path> files =
        Stream.of("shared-session", "functions", "local")
            .flatMap(module -> walk(PROJECT.resolve(module).resolve("src/test/java")))) {
      tests =
          files
              .map(file -> file.getFileName().toString().replace(".java", ""))
              .collect(Collectors.toSet());
    }
    assertThat(rows().stream().map(Row::test).filter(test -> !test.startsWith(NONE)))
        .isNotEmpty()
        .allMatch(tests::contains);
  }

  private static Stream<Path> walk(Path folder) {
    try {
      return Files.walk(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What no test can deploy has at least parameters that the template has. */
  @Test
  void deployWithParametersOfTheTemplate() throws IOException {
    String template = Files.readString(PROJECT.resolve("template.yaml"));
    List<String> named =
        commands().stream()
            .filter(command -> command.contains("--parameter-overrides"))
            .flatMap(command -> PARAMETER.matcher(command).results())
            .map(match -> match.group(1))
            .toList();
    assertThat(named)
        .isNotEmpty()
        .allSatisfy(name -> assertThat(template).contains("\n  " + name + ":\n"));
  }

  /** The profile starts the class that other tests start, after the build of the archive. */
  @Test
  void startTheRunnerByItsProfile() throws IOException {
    assertThat(Files.readString(Path.of("pom.xml")))
        .contains("<mainClass>" + LocalRunner.class.getName() + "</mainClass>");
    String parent = Files.readString(PROJECT.resolve("pom.xml"));
    String profile = parent.substring(parent.indexOf("<id>local</id>"));
    assertThat(profile.substring(0, profile.indexOf("</profile>")))
        .contains("<defaultGoal>package</defaultGoal>");
  }
}
