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
import java.util.Map;

/** The runner as a process of its own, on free ports. Closing it kills it. */
final class RunnerProcess implements AutoCloseable {

  /** The folder of the project's own template. */
  static final Path PROJECT = Path.of("..").toAbsolutePath().normalize();

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
      Process process = command(folder, environment).start();
      process.getOutputStream().close(); // standard input may be closed
      return new RunnerProcess(process);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ProcessBuilder command(Path folder, Map<String, String> environment)
      throws IOException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    ProcessBuilder builder =
        new ProcessBuilder(java, "-cp", classPath(), LocalRunner.class.getName());
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
    try {
      String line = lines.readLine();
      while (line != null && !line.startsWith(start)) {
        line = lines.readLine();
      }
      assertThat(line).as("a line of the runner that begins with " + start).isNotNull();
      return line;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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
