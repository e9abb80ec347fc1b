package dev.warmpool.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmpool.session.testkit.PostgresServer;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Detects blocking calls on the event loop's threads. */
class BlockingCallsIT {

  /** In a process of its own, because BlockHound instruments the JDK's classes. */
  @Test
  void blocksNoThreadOfTheEventLoop() throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-XX:+AllowRedefinitionToAddDeleteMethods",
            "-cp",
            System.getProperty("java.class.path"),
            WatchedSessions.class.getName());
    builder.environment().putAll(PostgresServer.shared().environment());
    builder.environment().put("POSTGRES_SCHEMA", "public");
    Process process = builder.redirectErrorStream(true).start();

    String output = new String(process.getInputStream().readAllBytes());

    assertThat(process.waitFor()).as(output).isZero();
  }
}
