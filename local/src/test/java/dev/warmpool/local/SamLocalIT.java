package dev.warmpool.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.warmpool.local.template.FunctionDefinition;
import dev.warmpool.local.template.Template;
import dev.warmpool.local.template.TemplateReader;
import dev.warmpool.session.settings.SessionSettings;
import dev.warmpool.session.testkit.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * What {@code sam local} is given by docs/sam-local.md: the template's functions, their archive and
 * variables, the environment file and the events. The variables are computed as SAM CLI does.
 */
class SamLocalIT {

  private static final Path PROJECT = Path.of("..");
  private static final Path ARCHIVE = PROJECT.resolve("functions/target/functions.zip");
  private static final String ALL = "Parameters";
  private static final String OPTIONS =
      " --env-vars events/env.json --add-host host.docker.internal:host-gateway";

  private static final Pattern INVOCATION =
      Pattern.compile("sam local invoke (\\w+) --event (\\S+)" + OPTIONS);

  private static final Readme PAGE = Readme.of(PROJECT.resolve("docs/sam-local.md"));

  private static Template template() {
    return TemplateReader.read(PROJECT.resolve("template.yaml"), Map.of());
  }

  private static JsonNode environmentFile() throws IOException {
    return JsonMapper.builder()
        .build()
        .readTree(Files.readString(PROJECT.resolve("events/env.json")));
  }

  /** A function's variables: those of the template, with the file's values. */
  private static Map<String, String> variables(FunctionDefinition function) throws IOException {
    Map<String, String> variables = new HashMap<>(function.environment());
    for (String member : List.of(ALL, function.name())) {
      environmentFile()
          .path(member)
          .properties()
          .forEach(value -> variables.replace(value.getKey(), value.getValue().textValue()));
    }
    return variables;
  }

  private static List<String> commands() {
    return PAGE.blocks("sh").stream()
        .flatMap(block -> Arrays.stream(block.split("\n")))
        .map(line -> line.replaceFirst(".*(?=sam local )", "").strip())
        .filter(line -> line.startsWith("sam local "))
        .toList();
  }

  @Test
  void namesFunctionsAndVariablesOfTheTemplate() throws IOException {
    Map<String, FunctionDefinition> functions = new HashMap<>();
    template().functions().forEach(function -> functions.put(function.name(), function));
    for (Map.Entry<String, JsonNode> member : environmentFile().properties()) {
      List<FunctionDefinition> which =
          member.getKey().equals(ALL)
              ? List.copyOf(functions.values())
              : List.of(functions.get(member.getKey()));
      List<String> names = member.getValue().properties().stream().map(Map.Entry::getKey).toList();
      assertThat(which)
          .isNotEmpty()
          .allSatisfy(
              function ->
                  assertThat(function.environment().keySet())
                      .as(function.name())
                      .containsAll(names));
    }
  }

  @Test
  void givesEachFunctionTheArchiveAndValidSettings() throws IOException {
    assertThat(template().functions()).hasSize(6);
    for (FunctionDefinition function : template().functions()) {
      assertThat(function.archive()).isRegularFile();
      assertThat(Files.isSameFile(function.archive(), ARCHIVE)).isTrue();
      SessionSettings settings = SessionSettings.from(variables(function));
      assertThat(settings.host()).as(function.name()).isEqualTo("host.docker.internal");
    }
  }

  @Test
  void showsCommandsWithFunctionsAndEventsThatExist() {
    List<String> names = template().functions().stream().map(FunctionDefinition::name).toList();
    assertThat(commands()).hasSize(5).allSatisfy(line -> assertThat(line).endsWith(OPTIONS));
    for (String command : commands()) {
      if (command.contains(" invoke ")) {
        Matcher invocation = INVOCATION.matcher(command);
        assertThat(invocation.matches()).as(command).isTrue();
        assertThat(names).contains(invocation.group(1));
        String event = invocation.group(2);
        assertThat(event.equals("-") || event.startsWith("events/" + invocation.group(1) + "-"))
            .as(command)
            .isTrue();
        assertThat(event.equals("-") || Files.exists(PROJECT.resolve(event))).as(event).isTrue();
      }
    }
  }

  @Test
  void worksWithTheRoleAndTheDatabaseOfThePage() throws IOException {
    try (PostgresServer server = PostgresServer.with(Map.of())) {
      PAGE.blocks("sql").get(0).lines().map(String::strip).forEach(server::execute);
      FunctionDefinition http =
          template().functions().stream()
              .filter(function -> function.name().equals("HttpFunction"))
              .findFirst()
              .orElseThrow();
      Map<String, String> variables = variables(http);
      variables.put("POSTGRES_HOST", "127.0.0.1");
      variables.put("POSTGRES_PORT", Integer.toString(server.port()));
      try (RunningStack stack =
          RunningStack.start(LocalSettings.from(ProbeStack.onFreePorts(2, variables), PROJECT))) {
        Http api = new Http(stack.httpAddress());
        assertThat(api.get("/users").statusCode()).isEqualTo(200);
      }
    }
  }
}
