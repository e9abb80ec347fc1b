package dev.warmpool.session.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

class NotRunTest {

  @TempDir private Path folder;

  @Test
  void namesEachSkippedClassOnceWithItsReason() throws IOException {
    assertThat(run(NeedsAProgram.class, NeedsItForAll.class, Off.class, InASoak.class, Runs.class))
        .containsExactly(
            "NotRunTest$InASoak: run it with -Psoak",
            "NotRunTest$NeedsAProgram: no such program: apt install program",
            "NotRunTest$NeedsItForAll: not here either",
            "NotRunTest$Off: because");
  }

  private Iterable<String> run(Class<?>... classes) throws IOException {
    LauncherDiscoveryRequestBuilder request = LauncherDiscoveryRequestBuilder.request();
    for (Class<?> type : classes) {
      request.selectors(selectClass(type));
    }
    return run(request.build());
  }

  /** Keeps the file of this run of tests for them: the service is in it, too. */
  private Iterable<String> run(LauncherDiscoveryRequest request) throws IOException {
    Path file = folder.resolve("made").resolve("not-run.txt");
    String before = System.getProperty("not-run");
    System.setProperty("not-run", file.toString());
    try {
      LauncherFactory.create().execute(request);
    } finally {
      if (before == null) {
        System.clearProperty("not-run");
      } else {
        System.setProperty("not-run", before);
      }
    }
    return Files.readAllLines(file);
  }

  static class NeedsAProgram {
    @Test
    void one() {
      assumeTrue(false, "no such program: apt install program");
    }

    @Test
    void two() {
      assumeTrue(false, "no such program: apt install program");
    }
  }

  static class NeedsItForAll {
    @BeforeAll
    static void start() {
      assumeTrue(false, "not here either");
    }

    @Test
    void one() {}
  }

  static class Off {
    @Disabled("because")
    @Test
    void one() {}
  }

  static class InASoak {
    @EnabledIfSystemProperty(
        named = "no-such",
        matches = "1",
        disabledReason = "run it with -Psoak")
    @Test
    void one() {}
  }

  static class Runs {
    @Test
    void one() {}
  }
}
