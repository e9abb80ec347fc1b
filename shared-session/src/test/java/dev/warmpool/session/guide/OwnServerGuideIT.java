package dev.warmpool.session.guide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.warmpool.session.SessionManager;
import dev.warmpool.session.SessionOptions;
import dev.warmpool.session.blocking.BlockingSessions;
import dev.warmpool.session.credentials.Passwords;
import dev.warmpool.session.manager.SessionManagers;
import dev.warmpool.session.settings.SessionSettings;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The snippets of docs/sessions.md that make a session manager of their own. */
class OwnServerGuideIT {

  @Test
  void testsAgainstAServer() throws IOException {
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start()) {
      SessionSettings settings =
          SessionSettings.from(
              Map.of(
                  "POSTGRES_HOST", "localhost",
                  "POSTGRES_PORT", Integer.toString(postgres.getPort()),
                  "POSTGRES_DB", "postgres",
                  "POSTGRES_USER", "postgres",
                  "POSTGRES_PASSWORD", "postgres",
                  "POSTGRES_SCHEMA", "public"));
      SessionManager manager = SessionManagers.create(settings, Passwords.from(settings));
      BlockingSessions sessions = manager.blocking();

      sessions.useSession(
          SessionOptions.standard(),
          session -> session.execute("CREATE TABLE stock (item text, quantity int)"));
      long rows =
          sessions.inSession(
              SessionOptions.standard(),
              session -> session.execute("INSERT INTO stock VALUES ('tea', 3)"));

      assertEquals(1, rows);
      manager.await(manager.close(Duration.ofSeconds(1)), Duration.ofSeconds(2));
    }
  }

  @Test
  void runsAProgram() throws IOException, InterruptedException {
    new Shop().close();
    ProcessBuilder program =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                CountOrders.class.getName())
            .redirectError(ProcessBuilder.Redirect.INHERIT);
    program.environment().keySet().removeIf(name -> name.matches("(POSTGRES|POOL|WARMPOOL)_.*"));
    program.environment().putAll(Shop.environment());
    Process process = program.start();
    String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(process.waitFor()).isZero();
    assertThat(printed).isEqualToIgnoringNewLines("2");
  }
}
