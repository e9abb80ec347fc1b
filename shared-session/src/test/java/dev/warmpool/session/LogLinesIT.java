package dev.warmpool.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmpool.session.LoggedSessions.Situation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The lines that a process logs at level info and above in each situation, those of Reactor, Netty
 * and the driver included. The driver's logger of lost connections is off, as the documentation
 * advises.
 */
class LogLinesIT {

  private static final String REPLACING =
      "INFO dev.warmpool.session.internal.postgres.ServerConnection - replacing a dead connection"
          + " \\(\\d+\\.\\d s old, unused for \\d+\\.\\d s\\): ";

  private static final Map<Situation, String> EXPECTED =
      Map.of(
          Situation.KILLED_WHILE_IDLE, REPLACING + "(57P01.*|08\\d\\d\\d.*|closed by the server)",
          Situation.RESET_WHILE_IDLE, REPLACING + "08\\d\\d\\d.*",
          Situation.SERVER_RESTARTED, REPLACING + "(57P01.*|08\\d\\d\\d.*|closed by the server)",
          Situation.BLACK_HOLE, REPLACING + "no answer within 500 ms \\(OPENING_TIMEOUT\\)");

  private static final Map<Situation, List<String>> LINES = new EnumMap<>(Situation.class);

  @BeforeAll
  static void run() throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Dfsync=off",
                "-Dorg.slf4j.simpleLogger.defaultLogLevel=info",
                "-Dorg.slf4j.simpleLogger.showThreadName=false",
                "-Dorg.slf4j.simpleLogger.log.io.zonky=off",
                "-Dorg.slf4j.simpleLogger.log.pg-test=off",
                "-Dorg.slf4j.simpleLogger.log.io.r2dbc.postgresql.client.ReactorNettyClient=off",
                "-Dio.netty.leakDetection.level=paranoid",
                "-cp",
                System.getProperty("java.class.path"),
                LoggedSessions.class.getName())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    for (String part : output.split("== ")) {
      List<String> lines = part.lines().toList();
      if (!lines.isEmpty() && !lines.get(0).equals("END")) {
        LINES.put(Situation.valueOf(lines.get(0)), lines.subList(1, lines.size()));
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void areTheExpectedOnes(Situation situation) {
    String expected = EXPECTED.get(situation);

    if (expected == null) {
      assertThat(LINES.get(situation)).isEmpty();
    } else {
      assertThat(LINES.get(situation))
          .singleElement()
          .asString()
          .matches(Pattern.compile(expected));
    }
  }
}
