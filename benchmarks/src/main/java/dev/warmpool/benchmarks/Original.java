package dev.warmpool.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The original stack, SQLAlchemy and asyncpg, as a process that measures itself. */
final class Original {

  static final String NAME = "SQLAlchemy";

  private static final List<String> INTERPRETERS = List.of("/usr/bin/python3", "python3");

  private final String interpreter;
  private final Path program;

  private Original(String interpreter, Path program) {
    this.interpreter = interpreter;
    this.program = program;
  }

  /**
   * The stack where it is installed.
   *
   * @return null where it is not
   */
  static @Nullable Original find(Path project) {
    Path program = project.resolve("benchmarks/src/main/python/original.py");
    for (String interpreter : INTERPRETERS) {
      if (Files.exists(program)
          && succeeds(interpreter, "-c", "import sqlalchemy, asyncpg, greenlet")) {
        return new Original(interpreter, program);
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

  /** Runs a case against this port. */
  Samples run(int port, Case measured) {
    try {
      Process process =
          new ProcessBuilder(
                  interpreter,
                  program.toString(),
                  Integer.toString(port),
                  measured.name().toLowerCase(Locale.ROOT),
                  Integer.toString(measured.samples()))
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      Samples samples = new Samples();
      try (InputStream out = process.getInputStream()) {
        String text = new String(out.readAllBytes(), StandardCharsets.UTF_8);
        for (JsonNode millis : JsonMapper.builder().build().readTree(text)) {
          samples.add(millis.doubleValue());
        }
      }
      return samples;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
