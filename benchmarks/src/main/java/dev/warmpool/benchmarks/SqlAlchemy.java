package dev.warmpool.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Sessions of SQLAlchemy on asyncpg. They run in a Python process that measures itself, one turn at
 * a time. Confined to one thread.
 */
final class SqlAlchemy implements AutoCloseable {

  private static final List<String> INTERPRETERS = List.of("/usr/bin/python3", "python3");
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Process process;
  private final BufferedReader answers;
  private final PrintWriter turns;
  private final String versions;

  private SqlAlchemy(Process process) throws IOException {
    this.process = process;
    this.answers = process.inputReader();
    this.turns = new PrintWriter(process.outputWriter(), true);
    this.versions = answers.readLine();
  }

  /**
   * Starts the process against the server at this port.
   *
   * @return null if SQLAlchemy or asyncpg is not installed
   */
  static @Nullable SqlAlchemy start(Path project, int port) throws IOException {
    Path program = project.resolve("benchmarks/src/main/python/sqlalchemy_sessions.py");
    for (String interpreter : INTERPRETERS) {
      if (Files.exists(program) && succeeds(interpreter, "-c", "import sqlalchemy, asyncpg")) {
        return new SqlAlchemy(
            new ProcessBuilder(interpreter, program.toString(), Integer.toString(port))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start());
      }
    }
    return null;
  }

  private static boolean succeeds(String... command) {
    try {
      return new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** The versions of SQLAlchemy and asyncpg, which name it in the tables. */
  String versions() {
    return versions;
  }

  /** Runs a workload count times, from row first on, and adds the times to the samples. */
  void turn(Workload measured, int first, int count, Samples samples) {
    turns.println(measured.name().toLowerCase(Locale.ROOT) + " " + first + " " + count);
    try {
      for (JsonNode millis : JSON.readTree(answers.readLine())) {
        samples.add(millis.doubleValue());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Closes the process's input, which ends it. */
  @Override
  public void close() {
    turns.close();
    process.onExit().join();
  }
}
