package dev.warmpool.functions.schema;

import dev.warmpool.functions.FakeContext;
import dev.warmpool.session.PasswordSource;
import dev.warmpool.session.SessionManager;
import dev.warmpool.session.manager.SessionManagers;
import dev.warmpool.session.settings.SessionSettings;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** {@code Migrate} in a process of its own, which a test kills. */
final class MigrateProcess {

  private MigrateProcess() {}

  /** Starts a run for all known schemas with this many scripts; the caller kills the process. */
  static Process start(int scripts) {
    ProcessBuilder builder =
        new ProcessBuilder(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                MigrateProcess.class.getName(),
                Integer.toString(scripts)));
    builder.environment().putAll(MigrationDatabase.environment());
    try {
      return builder
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .redirectError(ProcessBuilder.Redirect.DISCARD)
          .start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Runs in the process; the argument is the number of scripts. */
  public static void main(String[] arguments) throws IOException {
    SessionManager sessions =
        SessionManagers.create(
            SessionSettings.from(MigrationDatabase.databaseOf(System.getenv())),
            PasswordSource.fixed("postgres"));
    Scripts scripts = MigrationDatabase.scripts(Integer.parseInt(arguments[0]));
    new MigrateHandler(
            () -> sessions,
            MigrationDatabase.OWN_SCHEMA,
            () -> scripts,
            MigrationDatabase.WITHOUT_QUEUE)
        .handleRequest(
            new ByteArrayInputStream("{}".getBytes(StandardCharsets.UTF_8)),
            OutputStream.nullOutputStream(),
            new FakeContext(900_000));
  }
}
