package dev.warmpool.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;

/**
 * PostgreSQL's own client, which reads its commands and the data of a COPY from a pipe. It starts
 * and connects once; only the copies are measured. Confined to one thread.
 */
final class Psql implements AutoCloseable {

  private static final String TAG = "COPY ";

  private final Process process;
  private final OutputStream commands;
  private final BufferedReader answers;

  private Psql(Process process) {
    this.process = process;
    this.commands = process.getOutputStream();
    this.answers = process.inputReader(StandardCharsets.UTF_8);
  }

  /** Starts it; empty if it is not installed. */
  static Optional<Psql> start(Map<String, String> server) {
    ProcessBuilder builder = new ProcessBuilder("psql", "--no-psqlrc", "--set=ON_ERROR_STOP=1");
    builder.environment().put("PGHOST", server.get("POSTGRES_HOST"));
    builder.environment().put("PGPORT", server.get("POSTGRES_PORT"));
    builder.environment().put("PGDATABASE", server.get("POSTGRES_DB"));
    builder.environment().put("PGUSER", server.get("POSTGRES_USER"));
    builder.environment().put("PGPASSWORD", server.get("POSTGRES_PASSWORD"));
    builder.environment().put("PGOPTIONS", "-c search_path=" + Sql.SCHEMA);
    builder.redirectError(ProcessBuilder.Redirect.INHERIT);
    try {
      return Optional.of(new Psql(builder.start()));
    } catch (IOException absent) {
      return Optional.empty();
    }
  }

  /** Copies the rows and returns how many there were. */
  long copy() {
    try {
      write(RowData.COPY + ";\n");
      for (int number : RowData.pieces()) {
        commands.write(RowData.piece(number));
      }
      write("\\.\n");
      commands.flush();
      return copied(answers.readLine());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void write(String text) throws IOException {
    commands.write(text.getBytes(StandardCharsets.UTF_8));
  }

  private static long copied(String answer) {
    if (answer == null || !answer.startsWith(TAG)) {
      throw new IllegalStateException("psql answered " + answer);
    }
    return Long.parseLong(answer.substring(TAG.length()));
  }

  @Override
  public void close() {
    process.destroy();
  }
}
