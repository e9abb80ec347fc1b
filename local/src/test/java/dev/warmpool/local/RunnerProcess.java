package dev.warmpool.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;

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
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            classPath(),
            LocalRunner.class.getName());
    builder.directory(folder.toFile()).redirectErrorStream(true);
    builder.environment().keySet().removeIf(name -> name.startsWith("POSTGRES_"));
    builder.environment().put("LOCAL_HTTP_PORT", "0");
    builder.environment().put("LOCAL_INVOKE_PORT", "0");
    builder.environment().putAll(environment);
    try {
      Process process = builder.start();
      process.getOutputStream().close(); // standard input may be closed
      return new RunnerProcess(process);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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

  /** The runner's class path, without the functions: it reads only their archive. */
  private static String classPath() {
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(entry -> !entry.contains("warmpool-functions"))
        .collect(Collectors.joining(File.pathSeparator));
  }
}
