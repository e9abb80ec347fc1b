package dev.warmpool.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The runner as a process of its own, on free ports. Closing it kills it. */
final class RunnerProcess implements AutoCloseable {

  /** The folder of the project's own template. */
  static final Path PROJECT = Path.of("..").toAbsolutePath().normalize();

  private static final String JAVA =
      Path.of(System.getProperty("java.home"), "bin", "java").toString();

  /** Of the process that the jar's launcher starts. */
  private static final List<String> OPTIONS =
      List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");

  private static final Path JAR = Path.of("target", "warmpool-local.jar").toAbsolutePath();

  private static final Pattern RUNNABLE =
      Pattern.compile("java -jar (?:\\S*/)?warmpool-local\\.jar((?: \\S+)*)");

  private final Process process;
  private final BufferedReader lines;

  private RunnerProcess(Process process) {
    this.process = process;
    this.lines =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  /** Starts the runner in this folder, with these variables and without a server's. */
  static RunnerProcess start(Path folder, Map<String, String> environment) {
    try {
      List<String> command = new ArrayList<>(List.of(JAVA));
      command.addAll(OPTIONS);
      command.addAll(List.of("-cp", classPath(), LocalRunner.class.getName()));
      Process process = command(folder, environment, command).start();
      process.getOutputStream().close(); // standard input may be closed
      return new RunnerProcess(process);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The arguments that a command of a page gives to the runnable jar. */
  static String[] arguments(String command) {
    Matcher jar = RUNNABLE.matcher(command);
    assertThat(jar.matches()).as(command).isTrue();
    return jar.group(1).isEmpty() ? new String[0] : jar.group(1).strip().split(" ");
  }

  /** As {@link #start}, by the runnable jar, as a page's command starts it. */
  static RunnerProcess jar(Path folder, Map<String, String> environment, String commandOfPage) {
    try {
      List<String> command = new ArrayList<>(List.of(JAVA, "-jar", JAR.toString()));
      command.addAll(List.of(arguments(commandOfPage)));
      Process process = command(folder, environment, command).start();
      process.getOutputStream().close();
      return new RunnerProcess(process);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ProcessBuilder command(
      Path folder, Map<String, String> environment, List<String> command) {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.directory(folder.toFile()).redirectErrorStream(true);
    builder.environment().keySet().removeIf(name -> name.startsWith("POSTGRES_"));
    builder.environment().put("LOCAL_HTTP_PORT", "0");
    builder.environment().put("LOCAL_INVOKE_PORT", "0");
    builder.environment().putAll(environment);
    return builder;
  }

  Process process() {
    return process;
  }

  BufferedReader lines() {
    return lines;
  }

  /** Reads to the first line with this beginning. */
  String awaitLine(String start) {
    return await(line -> line.startsWith(start), start);
  }

  /** Reads to the first line with this in it. */
  String awaitPart(String part) {
    return await(line -> line.contains(part), part);
  }

  private String await(Predicate<String> wanted, String text) {
    try {
      String line = lines.readLine();
      while (line != null && !wanted.test(line)) {
        line = lines.readLine();
      }
      assertThat(line).as("a line of the runner with " + text).isNotNull();
      return line;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads to the line of an API's address and returns the API. */
  Http awaitApi(String name) {
    return new Http(awaitLine(name).replaceAll(".*(http://[\\d.:]+).*", "$1"));
  }

  /** Ends it as Ctrl-C does. */
  void terminate() throws InterruptedException {
    process.destroy();
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }

  /** The runner's own class path, which the build has written: that of the tests has more. */
  private static String classPath() throws IOException {
    return Path.of("target", "classes").toAbsolutePath()
        + File.pathSeparator
        + Files.readString(Path.of("target", "runner.classpath"));
  }
}
