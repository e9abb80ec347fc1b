package dev.warmpool.session.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmpool.session.testkit.PostgresServer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Listens to shared sessions in a process of its own. */
class ListeningHandlerIT {

  @Test
  void hearsOfSessionsIfItIsRegisteredBeforeTheFirst() throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            ListeningHandler.class.getName());
    builder.environment().putAll(PostgresServer.shared().environment());
    builder.environment().put("POSTGRES_SCHEMA", "public");
    Process process = builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
    List<String> output = new String(process.getInputStream().readAllBytes()).lines().toList();

    assertThat(process.waitFor()).isZero();
    assertThat(output)
        .containsExactly(
            "the session manager has a listener: let it call the other one",
            "session 'session' committed",
            "the session manager is built: register its listener before the first session");
  }
}
