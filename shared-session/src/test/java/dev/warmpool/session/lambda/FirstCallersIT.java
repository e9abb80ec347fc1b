package dev.warmpool.session.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Asks for the shared manager from many threads at once, each time in a new process. */
class FirstCallersIT {

  private static final Map<String, String> ENVIRONMENT =
      Map.of(
          "POSTGRES_HOST", "127.0.0.1",
          "POSTGRES_DB", "postgres",
          "POSTGRES_USER", "postgres",
          "POSTGRES_PASSWORD", "postgres");

  private static String outcome(Map<String, String> environment)
      throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            System.getProperty("java.class.path"),
            FirstCallers.class.getName());
    builder.environment().putAll(environment);
    Process process = builder.redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes());
    assertThat(process.waitFor()).as(output).isZero();
    return output.strip();
  }

  @Test
  void givesAllFirstCallersOneManager() throws Exception {
    assertThat(outcome(ENVIRONMENT)).isEqualTo("1 PooledSessionManager");
  }

  /** Each call reads the settings anew, so none fails with a class that cannot be initialized. */
  @Test
  void tellsEachCallerWhyThereIsNoManager() throws Exception {
    assertThat(outcome(Map.of("POSTGRES_HOST", "127.0.0.1"))).isEqualTo("128 SettingsException");
  }
}
