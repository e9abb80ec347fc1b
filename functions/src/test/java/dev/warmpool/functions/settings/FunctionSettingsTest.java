package dev.warmpool.functions.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warmpool.functions.fanout.FanOutSettings;
import dev.warmpool.functions.http.Tenants;
import dev.warmpool.session.SettingsException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** All faults in the settings of a function are reported at once. */
class FunctionSettingsTest {

  private static final String FAULTS_OF_ALL =
      """
      WARMPOOL_METRICS is 'cloud': must be emf or none
      POSTGRES_HOST is missing
      POOL_SIZE is '0': must be a whole number from 1 to 1000
      """;

  private static final Map<String, String> ENVIRONMENT =
      Map.of(
          "TENANT_SOURCE", "cookie",
          "TENANT_BINDING", "table",
          "FANOUT_THRESHOLD", "many",
          "CLEANUP_QUEUE_URL", "queue",
          "CLEANUP_DEAD_LETTERS_URL", "letters",
          "MIGRATE_QUEUE_URL", "queue",
          "MIGRATE_DEAD_LETTERS_URL", "letters",
          "WARMPOOL_METRICS", "cloud",
          "POOL_SIZE", "0");

  /** Creates a handler as Lambda does; runs in a process of its own, for its variables. */
  public static void main(String[] arguments) throws Exception {
    try {
      Class.forName(arguments[0]).getConstructor().newInstance();
    } catch (java.lang.reflect.InvocationTargetException e) {
      System.out.println(e.getCause());
    }
  }

  private static String created(String handler) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            FunctionSettingsTest.class.getName(),
            "dev.warmpool.functions." + handler);
    builder.environment().putAll(ENVIRONMENT);
    builder.environment().put("POSTGRES_HOST", "");
    Process process = builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ApiHandler", "users.ClearUsersHandler"})
  void areThoseOfTenantsMetricsAndSessions(String handler) throws IOException {
    assertThat(created(handler))
        .contains("TENANT_SOURCE is 'cookie': ", "TENANT_BINDING is 'table': ")
        .contains(FAULTS_OF_ALL.lines().toList());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cleanup.CleanupHandler",
        "cleanup.CleanupWorkerHandler",
        "schema.MigrateHandler",
        "schema.MigrateWorkerHandler"
      })
  void areThoseOfQueuesMetricsAndSessions(String handler) throws IOException {
    String prefix = handler.startsWith("cleanup") ? "CLEANUP" : "MIGRATE";
    assertThat(created(handler))
        .contains("FANOUT_THRESHOLD is 'many': ")
        .contains(prefix + "_QUEUE_URL is 'queue': ", prefix + "_DEAD_LETTERS_URL is 'letters': ")
        .contains(FAULTS_OF_ALL.lines().toList());
  }

  @Test
  void areThoseOfSessionsAlsoIfOneOfItsOwnIsWrong() {
    assertThatThrownBy(
            () -> FunctionSettings.checked(ENVIRONMENT, FanOutSettings.checks("CLEANUP")))
        .isInstanceOfSatisfying(
            SettingsException.class,
            e -> assertThat(e.faults()).hasSizeGreaterThan(6).doesNotHaveDuplicates());
  }

  /** A request that uses no session needs no valid settings of sessions. */
  @Test
  void areLeftToTheFirstSessionIfItsOwnAreRight() {
    Map<String, String> environment = Map.of("POOL_SIZE", "0");
    assertThat(FunctionSettings.checked(environment, Tenants.CHECKS)).isEqualTo(environment);
    assertThat(FunctionSettings.checked(environment, List.of())).isEqualTo(environment);
  }
}
