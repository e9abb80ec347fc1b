package dev.warmpool.local.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LauncherTest {

  private static final String SERIAL = "-XX:+UseSerialGC";

  private static List<String> command(Map<String, String> environment) {
    return Launcher.command(List.of(Path.of("a.jar")), new String[0], environment);
  }

  /** A JVM with two collectors ends with "Multiple garbage collectors selected". */
  @ParameterizedTest
  @ValueSource(strings = {"JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS"})
  void leavesTheCollectorToTheEnvironment(String variable) {
    assertThat(command(Map.of(variable, "-Da=b -XX:+UseG1GC -Xmx1g"))).doesNotContain(SERIAL);
  }

  @Test
  void choosesTheCollectorOtherwise() {
    assertThat(command(Map.of("JAVA_TOOL_OPTIONS", "-Da=b"))).contains(SERIAL);
  }
}
