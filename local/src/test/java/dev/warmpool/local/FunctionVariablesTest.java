package dev.warmpool.local;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmpool.local.template.FunctionDefinition;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class FunctionVariablesTest {

  private static final Map<String, String> OWN =
      Map.of("POSTGRES_USER", "api", "Migrate_POSTGRES_USER", "owner", "Migrate_PATH", "x");

  private static String user(String function, Map<String, String> server) {
    Map<String, String> environment = new HashMap<>(OWN);
    environment.putAll(server);
    FunctionDefinition definition =
        new FunctionDefinition(
            function,
            "Handler",
            Path.of("functions.zip"),
            Map.of("POSTGRES_USER", "of the template"),
            1,
            128,
            OptionalInt.empty(),
            FunctionDefinition.Calling.PLAIN);
    Map<String, String> variables =
        new FunctionVariables(LocalSettings.from(environment, Path.of("folder")))
            .of(definition, Map.of());
    assertThat(variables).doesNotContainKey("PATH");
    return variables.get("POSTGRES_USER");
  }

  @Test
  void giveOneFunctionAnotherRole() {
    Map<String, String> server = Map.of("POSTGRES_HOST", "db.example.org");
    assertThat(user("Migrate", server)).isEqualTo("owner");
    assertThat(user("MigrateWorker", server)).isEqualTo("api");
    assertThat(user("Cleanup", server)).isEqualTo("api");
  }

  @Test
  void leaveTheEmbeddedServersRoleAlone() {
    assertThat(user("Migrate", Map.of())).isEqualTo("of the template");
  }
}
