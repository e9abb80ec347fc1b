package dev.warmpool.functions.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.warmpool.functions.event.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConnectionBudgetTest {

  private static String template() throws IOException {
    return Files.readString(Path.of("../template.yaml"));
  }

  /** The shares that the template gives to the custom resource. */
  private static List<String> shares(int httpConcurrency) throws IOException {
    String template = template();
    String list = template.substring(template.indexOf("      Connections:\n"));
    return Pattern.compile("(?m)^        - (?:!Sub )?(\\w+ \\S+ x \\d+)$")
        .matcher(list)
        .results()
        .map(match -> match.group(1).replace("${HttpConcurrency}", "" + httpConcurrency))
        .toList();
  }

  private static ConnectionBudget budget(int limit, int httpConcurrency) throws IOException {
    ObjectNode properties = Json.object().put("MaxConnections", "" + limit);
    ArrayNode shares = properties.putArray("Connections");
    shares(httpConcurrency).forEach(shares::add);
    return ConnectionBudget.of(properties).orElseThrow();
  }

  @ParameterizedTest
  @CsvSource({
    "90, 20, 72, true",
    "90, 24, 80, true",
    "90, 25, 82, false",
    "200, 84, 200, false",
    "200, 79, 190, true",
    "1000, 200, 432, true"
  })
  void isTheSumOfWhatTheFunctionsCanOpen(int limit, int concurrency, int sum, boolean fits)
      throws IOException {
    ConnectionBudget budget = budget(limit, concurrency);
    assertThat(budget.sum()).isEqualTo(sum);
    if (fits) {
      assertThatCode(budget::require).doesNotThrowAnyException();
    } else {
      assertThatThrownBy(budget::require)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "the functions can open %d connections (HttpFunction %d x 2 + ClearUsers 1 x 2 + Cleanup 2 x 2 + CleanupWorker 5 x 2 + Migrate 1 x 8 + MigrateWorker 8 x 1), and MaxConnections, %d, less a reserve of 10 allows %d: lower HttpConcurrency or raise MaxConnections"
                  .formatted(sum, concurrency, limit, limit - 10));
    }
  }

  /** The functions' reserved concurrency and pool in the template. */
  @Test
  void templateGivesTheSharesOfItsFunctions() throws IOException {
    Map<String, String> expected = new TreeMap<>();
    Matcher function =
        Pattern.compile("(?ms)^  (\\w+):\\n    Type: AWS::Serverless::Function\\n(.*?)(?=^  \\w)")
            .matcher(template());
    while (function.find()) {
      String text = function.group(2);
      int pool = number(text, "POOL_SIZE", 1) + number(text, "MAX_OVERFLOW", 1);
      Matcher reserved =
          Pattern.compile("ReservedConcurrentExecutions: (?:!Ref )?(\\w+)").matcher(text);
      assertThat(reserved.find()).as(function.group(1)).isTrue();
      String concurrency = reserved.group(1).replace("HttpConcurrency", "20");
      expected.put(function.group(1), concurrency + " x " + pool);
    }
    Map<String, String> given = new TreeMap<>();
    shares(20).forEach(share -> given.put(share.split(" ", 2)[0], share.split(" ", 2)[1]));
    assertThat(given).isEqualTo(expected).hasSize(6);
  }

  private static int number(String text, String variable, int absent) {
    Matcher value = Pattern.compile(variable + ": (\\d+)").matcher(text);
    return value.find() ? Integer.parseInt(value.group(1)) : absent;
  }

  @Test
  void defaultsAreWithinTheirLimit() throws IOException {
    budget(
            number(template().substring(template().indexOf("  MaxConnections:")), "Default", 0),
            number(template().substring(template().indexOf("  HttpConcurrency:")), "Default", 0))
        .require();
  }

  /** The set-ups of docs/deploying.md, each with a default where it gives no value. */
  @Test
  void setUpsOfThePageAreWithinTheirLimits() throws IOException {
    String[] setUps =
        Files.readString(Path.of("../docs/deploying.md")).split("--parameter-overrides");
    assertThat(setUps).hasSize(4);
    for (int i = 1; i < setUps.length; i++) {
      String parameters = setUps[i].substring(0, setUps[i].indexOf("```"));
      budget(given(parameters, "MaxConnections"), given(parameters, "HttpConcurrency")).require();
    }
  }

  private static int given(String parameters, String name) throws IOException {
    Matcher value = Pattern.compile(name + "=(\\d+)").matcher(parameters);
    return value.find()
        ? Integer.parseInt(value.group(1))
        : number(template().substring(template().indexOf("  " + name + ":")), "Default", 0);
  }

  @Test
  void refusesSharesThatItCannotRead() {
    ObjectNode properties = Json.object().put("MaxConnections", "90");
    properties.putArray("Connections").add("HttpFunction many x 2");
    assertThatThrownBy(() -> ConnectionBudget.of(properties))
        .hasMessage("Connections must be a list of texts such as 'HttpFunction 20 x 2'");
    assertThatThrownBy(() -> ConnectionBudget.of(Json.object().put("MaxConnections", "all")))
        .hasMessage("MaxConnections must be a whole number");
    assertThat(ConnectionBudget.of(Json.object())).isEmpty();
  }

  /** One of the two without the other, or of another form, would let any deployment pass. */
  @Test
  void refusesALimitWithoutShares() {
    for (Consumer<ObjectNode> shares :
        List.<Consumer<ObjectNode>>of(
            none -> {},
            none -> none.putArray("Connections"),
            text -> text.put("Connections", "HttpFunction 20 x 2"))) {
      ObjectNode properties = Json.object().put("MaxConnections", "90");
      shares.accept(properties);
      assertThatThrownBy(() -> ConnectionBudget.of(properties))
          .hasMessage("Connections must be a list of texts such as 'HttpFunction 20 x 2'");
    }
    ObjectNode unlimited = Json.object();
    unlimited.putArray("Connections").add("HttpFunction 20 x 2");
    assertThatThrownBy(() -> ConnectionBudget.of(unlimited))
        .hasMessage("MaxConnections must be a whole number");
  }
}
