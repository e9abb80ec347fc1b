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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * What {@code sam local} is given by docs/sam-local.md: the template's functions, their archive and
 * variables, the environment file and the events. The variables are computed as SAM CLI does.
 */
@ExtendWith(PageCommands.class)
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
    List<String> commands =
        PAGE.commands().stream().filter(command -> command.contains("sam local ")).toList();
    assertThat(commands).hasSize(5);
    commands.forEach(each -> PageCommands.check(each, SamLocalIT::namesWhatExists));
  }

  private static void namesWhatExists(String command) {
    assertThat(command).endsWith(OPTIONS);
    if (command.contains(" invoke ")) {
      Matcher invocation = INVOCATION.matcher(command);
      assertThat(invocation.find()).as(command).isTrue();
      String function = invocation.group(1);
      assertThat(template().functions()).anyMatch(known -> known.name().equals(function));
      String event = invocation.group(2);
      if (!event.equals("-")) {
        assertThat(event).startsWith("events/" + function + "-");
        assertThat(PROJECT.resolve(event)).exists();
      }
    }
  }

  /** The server of the page has the port and the password of the environment file. */
  @Test
  void startsTheServerThatTheFileNames() throws IOException {
    JsonNode all = environmentFile().path(ALL);
    List<String> commands =
        PAGE.commands().stream().filter(command -> command.startsWith("docker ")).toList();
    assertThat(commands).hasSize(2);
    PageCommands.check(
        commands.get(0),
        run ->
            assertThat(run)
                .contains(" --name warmpool-db ")
                .contains(" -p %s:5432 ".formatted(all.path("POSTGRES_PORT").asText())));
    PageCommands.check(
        commands.get(1), exec -> assertThat(exec).contains(" -i warmpool-db psql -U postgres"));
    assertThat(PAGE.blocks("sql").get(0))
        .contains(
            "ROLE %s LOGIN PASSWORD '%s'"
                .formatted(
                    all.path("POSTGRES_USER").asText(), all.path("POSTGRES_PASSWORD").asText()))
        .contains("DATABASE " + all.path("POSTGRES_DB").asText());
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
