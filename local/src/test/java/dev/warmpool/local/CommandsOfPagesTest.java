package dev.warmpool.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Each command of README and pages, in a shell's block or in the text, has a line in {@code
 * commands.txt} with the test that runs it, or one that checks what it names and the reason why it
 * cannot run here.
 */
@ExtendWith(PageCommands.class)
class CommandsOfPagesTest {

  private static final Path PROJECT = RunnerProcess.PROJECT;
  private static final String NONE = "-";

  private static final Pattern PARAMETER = Pattern.compile("\\b([A-Z]\\w+)=");
  private static final Pattern RESOURCE =
      Pattern.compile("(?:sam remote invoke|--resources-to-skip) (\\w+)");

  private static final Pattern PROFILE = Pattern.compile(" -P(\\S+)");
  private static final Pattern MODULE = Pattern.compile(" -pl (\\S+)");
  private static final Pattern PROPERTY = Pattern.compile(" -D(api[\\w.]+)=");
  private static final Pattern CLASS = Pattern.compile(" -D(?:it\\.test|benchmark)=(\\w+)");

  private static final Pattern UNMARKED =
      Pattern.compile("(?m)^(?:mvn|java|curl|sam|aws|docker|psql|\\./)\\b.*");

  @Test
  void haveATestOrAReason() {
    assertThat(PageCommands.all().stream().filter(each -> PageCommands.row(each).isEmpty()))
        .as("commands that commands.txt does not have")
        .isEmpty();
    assertThat(CommandRow.all())
        .as("rows that are of no command")
        .allMatch(
            row ->
                PageCommands.all().stream()
                    .anyMatch(each -> PageCommands.row(each).filter(row::equals).isPresent()));
    assertThat(CommandRow.all().stream().filter(row -> row.test().equals(NONE)))
        .noneMatch(CommandRow::isRun);
  }

  /** Their extension fails a test that has not run its commands. */
  @Test
  void haveTestsWithTheExtension() {
    assertThat(CommandRow.all().stream().map(CommandRow::test).filter(test -> !test.equals(NONE)))
        .isNotEmpty()
        .allMatch(CommandsOfPagesTest::hasTheExtension);
  }

  private static boolean hasTheExtension(String test) {
    String[] parts = test.split("#");
    try {
      Class<?> type = Class.forName(CommandsOfPagesTest.class.getPackageName() + "." + parts[0]);
      ExtendWith extension = type.getAnnotation(ExtendWith.class);
      return extension != null
          && List.of(extension.value()).contains(PageCommands.class)
          && Arrays.stream(type.getDeclaredMethods())
              .anyMatch(method -> method.getName().equals(parts[1]));
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  @Test
  void standInBlocksOfTheShell() {
    List<String> elsewhere =
        PageCommands.pages().stream()
            .flatMap(page -> Stream.of("", "text").flatMap(type -> page.blocks(type).stream()))
            .flatMap(block -> UNMARKED.matcher(block).results().map(match -> match.group()))
            .toList();
    assertThat(elsewhere).isEmpty();
  }

  private static void eachThatStartsWith(String start, Consumer<String> check) {
    List<String> commands =
        PageCommands.all().stream().filter(command -> command.startsWith(start)).toList();
    assertThat(commands).isNotEmpty();
    commands.forEach(command -> PageCommands.check(command, check));
  }

  private static List<String> named(Pattern pattern, String command) {
    return pattern.matcher(command).results().map(match -> match.group(1)).toList();
  }

  @Test
  void deployWhatTheTemplateHas() throws IOException {
    String template = Files.readString(PROJECT.resolve("template.yaml"));
    eachThatStartsWith(
        "sam deploy --stack-name",
        command ->
            assertThat(named(PARAMETER, command))
                .isNotEmpty()
                .allSatisfy(name -> assertThat(template).contains("\n  " + name + ":\n")));
    for (String start : List.of("sam remote invoke ", "aws cloudformation ")) {
      eachThatStartsWith(
          start,
          command ->
              assertThat(template).contains("\n  " + named(RESOURCE, command).get(0) + ":\n"));
    }
  }

  @Test
  void buildByProfilesModulesAndTestsThatExist() throws IOException {
    String parent = Files.readString(PROJECT.resolve("pom.xml"));
    List<String> sources = sources();
    eachThatStartsWith(
        "mvn ",
        command -> {
          assertThat(named(PROFILE, command))
              .allSatisfy(name -> assertThat(parent).contains("<id>" + name + "</id>"));
          assertThat(named(PROPERTY, command))
              .allSatisfy(name -> assertThat(parent).contains("<" + name + ">"));
          assertThat(named(MODULE, command))
              .allSatisfy(name -> assertThat(PROJECT.resolve(name)).isDirectory());
          assertThat(sources).containsAll(named(CLASS, command));
        });
  }

  /** Names of all sources. */
  private static List<String> sources() throws IOException {
    List<String> names = new ArrayList<>();
    for (String module : List.of("shared-session", "functions", "local", "benchmarks")) {
      try (Stream<Path> files = Files.walk(PROJECT.resolve(module).resolve("src"))) {
        files.forEach(file -> names.add(file.getFileName().toString().replace(".java", "")));
      }
    }
    return names;
  }

  /** The image is made and started by what the page's commands run. */
  @Test
  void trainAndStartAsTheImageDoes() throws IOException {
    String steps = Files.readString(PROJECT.resolve("Dockerfile"));
    eachThatStartsWith(
        "./train-aot-cache ", c -> assertThat(steps).contains("RUN ./train-aot-cache "));
    eachThatStartsWith(
        "java @",
        command ->
            assertThat(steps)
                .contains("/java.args\"]\nCMD [\"" + command.replaceAll(".* ", "") + "\"]"));
    eachThatStartsWith("docker build ", command -> assertThat(steps).contains(command));
    eachThatStartsWith(
        "psql -d orders -f ",
        command -> assertThat(PROJECT.resolve(command.replaceAll(".* ", ""))).exists());
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
