package dev.warmpool.functions.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.warmpool.functions.event.Json;
import dev.warmpool.functions.fanout.Failure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The events, reports and scripts in docs/migrations.md are those of the code. */
class MigrationsPageTest {

  private static List<String> found(String regex) throws IOException {
    Matcher matcher =
        Pattern.compile(regex, Pattern.DOTALL)
            .matcher(Files.readString(Path.of("../docs/migrations.md")));
    return matcher.results().map(result -> result.group(1)).toList();
  }

  private static List<String> members(JsonNode object) {
    return object.properties().stream().map(member -> member.getKey()).toList();
  }

  @Test
  void eventsAreAccepted() throws IOException {
    List<String> events = found("\n\\| `(\\{[^`]*})` \\|");
    assertThat(events).hasSize(5);
    for (String event : events) {
      if (!event.contains("\"run\"")) {
        assertThat(MigrateEvent.of(Json.read(event))).isNotNull();
      }
    }
    assertThatThrownBy(() -> MigrateEvent.of(Json.read("{\"schema\":\"a\"}")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void reportsHaveTheMembersOfTheCode() throws IOException {
    List<String> examples = found("```json\n(.*?)```");
    JsonNode report = Json.read(examples.get(0));
    Report real = new Report();
    real.add(new Outcome("a", 2, 4, Outcome.End.MIGRATED, Optional.empty()));
    real.add(new Outcome("b", 2, 3, Outcome.End.FAILED, Optional.of(new Failure("reason", ""))));
    assertThat(members(report)).isEqualTo(members(real.json()));
    for (int i = 0; i < 2; i++) {
      assertThat(members(report.path("schemas").path(i)))
          .isEqualTo(members(real.json().path("schemas").path(i)));
    }
    assertThat(members(Json.read(examples.get(1)))).containsExactly("dryRun", "schemas", "behind");
  }

  @Test
  void scriptSaysThatItRunsOutsideATransaction() throws IOException {
    List<String> scripts = found("```sql\n(.*?)```");
    assertThat(scripts).hasSize(1);
    assertThat(Migration.of("V1__index.sql", scripts.get(0)).isOutsideTransaction()).isTrue();
    assertThat(Migration.of("V1__index.sql", "SELECT 1;\n" + scripts.get(0)).isOutsideTransaction())
        .isFalse();
  }
}
