package dev.warmpool.functions;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.ToolProvider;

/**
 * A guide in {@code docs/}, followed in a copy of the project: its steps have the form <i>Create
 * `file`:</i> or <i>Add to `file`, before `text`:</i> with a block of code below. Added lines get
 * the indentation of the line that has the text.
 */
final class Guide {

  private static final Pattern STEP =
      Pattern.compile(
          "^(Create|Add to) `([^`]+)`(?:, (before|after) `([^`]+)`)?:\n\n```\\w*\n(.*?)```",
          Pattern.DOTALL | Pattern.MULTILINE);

  private final Path root;

  private Guide(Path root) {
    this.root = root;
  }

  /** Copies the project's sources and follows the guide in the copy. */
  static Guide followed(String name) throws IOException {
    Path root = Files.createDirectories(Path.of("target", "guides")).resolve(name);
    delete(root);
    copy(Path.of("src"), root.resolve("functions/src"));
    for (String part : List.of("events", "docs", "template.yaml", "README.md")) {
      copy(Path.of("..", part), root.resolve(part));
    }
    Guide guide = new Guide(root.toAbsolutePath());
    String text =
        Files.readString(Path.of("..", "docs", name + ".md"))
            .replace("<next>", Integer.toString(Api.newestMigration() + 1));
    List<MatchResult> steps = STEP.matcher(text).results().toList();
    assertThat(steps).hasSizeGreaterThan(3);
    for (MatchResult step : steps) {
      guide.follow(step);
    }
    return guide;
  }

  private static void delete(Path root) throws IOException {
    if (Files.exists(root)) {
      try (Stream<Path> files = Files.walk(root)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        Files.createDirectories(target.toAbsolutePath().getParent());
        Files.write(target, Files.readAllBytes(file));
      }
    }
  }

  private void follow(MatchResult step) throws IOException {
    Path file = root.resolve(step.group(2));
    if (step.group(1).equals("Create")) {
      assertThat(file).doesNotExist();
      Files.createDirectories(file.getParent());
      Files.writeString(file, step.group(5));
      return;
    }
    List<String> lines = new ArrayList<>(Files.readAllLines(file));
    int at = lines.size();
    String indentation = "";
    if (step.group(3) != null) {
      String anchor = step.group(4);
      List<String> found = lines.stream().filter(line -> line.contains(anchor)).toList();
      assertThat(found).as("lines with %s in %s", anchor, step.group(2)).isNotEmpty();
      indentation = found.get(0).replaceFirst("\\S.*", "");
      at = lines.indexOf(found.get(0)) + (step.group(3).equals("after") ? 1 : 0);
    }
    lines.addAll(at, step.group(5).indent(0).lines().map(indentation::concat).toList());
    Files.write(file, lines);
  }

  /** Compiles the copy as the build does, and fails if these of its tests do. */
  void passes(List<String> tests) throws IOException, InterruptedException {
    Path classes = compile("main", "");
    Path testClasses = compile("test", File.pathSeparator + classes);
    copy(root.resolve("functions/src/main/resources"), classes);
    copy(root.resolve("functions/src/test/resources"), testClasses);
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                testClasses + File.pathSeparator + classes + File.pathSeparator + libraries(),
                GuideTests.class.getName()));
    command.addAll(tests);
    Process process =
        new ProcessBuilder(command)
            .directory(root.resolve("functions").toFile())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
  }

  private Path compile(String part, String morePath) throws IOException {
    Path classes = root.resolve("functions/target/" + part);
    Files.createDirectories(classes);
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--release",
                "17",
                "-proc:none",
                "-Xlint:all",
                "-Werror",
                "-d",
                classes.toString(),
                "-cp",
                libraries() + morePath));
    try (Stream<Path> files = Files.walk(root.resolve("functions/src/" + part + "/java"))) {
      files.map(Path::toString).filter(file -> file.endsWith(".java")).forEach(arguments::add);
    }
    int status =
        ToolProvider.getSystemJavaCompiler()
            .run(null, System.out, System.err, arguments.toArray(String[]::new));
    assertThat(status).as("javac of the %s sources", part).isZero();
    return classes;
  }

  /** The class path of this test without the module's own classes. */
  private static String libraries() {
    String own = Path.of("target").toAbsolutePath().toString();
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(entry -> !entry.startsWith(own))
        .collect(Collectors.joining(File.pathSeparator));
  }
}
