package dev.warmpool.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * The commands of README and pages, as tests run them. A test that {@code commands.txt} names fails
 * if it ends without having run, or checked, each command that the file gives it.
 */
final class PageCommands implements AfterEachCallback {

  private static final List<Readme> PAGES = read();
  private static final Set<String> ALL =
      PAGES.stream().flatMap(page -> page.commands().stream()).collect(Collectors.toSet());

  private static final Set<String> RUN = ConcurrentHashMap.newKeySet();
  private static final Set<String> CHECKED = ConcurrentHashMap.newKeySet();

  /** Has a command of a page run, as it stands there but for ports and folders. */
  static <T> T run(String command, Function<String, T> how) {
    assertThat(ALL).contains(command);
    T result = how.apply(command);
    RUN.add(command);
    return result;
  }

  /** Has checked what can be checked of a command that cannot run here. */
  static void check(String command, Consumer<String> how) {
    assertThat(ALL).contains(command);
    how.accept(command);
    CHECKED.add(command);
  }

  /** The commands of all pages. */
  static Set<String> all() {
    return ALL;
  }

  /** README and the other pages. */
  static List<Readme> pages() {
    return PAGES;
  }

  private static List<Readme> read() {
    Path project = RunnerProcess.PROJECT;
    try (Stream<Path> root = Files.list(project);
        Stream<Path> docs = Files.list(project.resolve("docs"));
        Stream<Path> examples = Files.walk(project.resolve("examples"))) {
      return Stream.of(root, docs, examples)
          .flatMap(files -> files)
          .filter(file -> file.toString().endsWith(".md"))
          .filter(file -> !file.endsWith("CHANGELOG.md"))
          .map(Readme::of)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The line of {@code commands.txt} for a command: the first that matches. */
  static Optional<CommandRow> row(String command) {
    return CommandRow.all().stream().filter(row -> row.matches(command)).findFirst();
  }

  @Override
  public void afterEach(ExtensionContext context) {
    if (context.getExecutionException().isEmpty()) {
      String test =
          context.getRequiredTestClass().getSimpleName()
              + "#"
              + context.getRequiredTestMethod().getName();
      assertThat(ALL.stream().filter(command -> isLeftOut(command, test)))
          .as("commands that %s has not run", test)
          .isEmpty();
    }
  }

  private static boolean isLeftOut(String command, String test) {
    return row(command)
        .filter(row -> row.test().equals(test))
        .filter(row -> !(row.isRun() ? RUN : CHECKED).contains(command))
        .isPresent();
  }
}
