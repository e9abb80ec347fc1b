package dev.warmpool.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.warmpool.session.testkit.PostgresServer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Every command of docs/local-runner.md, of docs/local-events.md and of docs/tenants.md works as it
 * stands there, and the start-up prints what that page and the README show.
 */
@ExtendWith(PageCommands.class)
class RunnerPageIT {

  private static final Readme README = page("README.md");
  private static final Readme PAGE = page("docs/local-runner.md");
  private static final Readme EVENTS = page("docs/local-events.md");
  private static final Readme TENANTS = page("docs/tenants.md");
  private static final Shell SHELL = new Shell(RunnerProcess.PROJECT);
  private static final String INVOKE = "/2015-03-31/functions/";

  private static final Pattern INVOCATION =
      Pattern.compile(
          "aws lambda invoke --endpoint-url (\\S+) --function-name (\\w+)"
              + " --payload fileb://(\\S+) /dev/stdout");

  private static Readme page(String name) {
    return Readme.of(RunnerProcess.PROJECT.resolve(name));
  }

  @BeforeAll
  static void needsCurl() {
    assumeTrue(Shell.has("curl"), "curl is not installed");
  }

  /** A line without what differs from run to run. */
  private static String constant(String line) {
    return line.replaceAll("127\\.0\\.0\\.1:\\d+", "127.0.0.1:PORT")
        .replaceAll("-p \\d+", "-p PORT")
        .replaceAll("PGPASSFILE=\\S+", "PGPASSFILE=FILE");
  }

  private static List<String> startUpLines(RunnerProcess runner) throws Exception {
    List<String> lines = new ArrayList<>();
    String line = "";
    while (!line.startsWith("Warmpool is ready")) {
      line = runner.lines().readLine();
      assertThat(line).as("a line after %s", lines).isNotNull();
      if (!line.contains(" | ")) {
        lines.add(line);
      }
    }
    return lines;
  }

  private static String address(List<String> lines, String start) {
    return lines.stream()
        .filter(line -> line.startsWith(start))
        .map(line -> line.replaceAll(".*(http://[\\d.:]+).*", "$1"))
        .findFirst()
        .orElseThrow();
  }

  /** Without the AWS CLI, the request that it sends. */
  private static String runnable(String command) {
    return Shell.has("aws")
        ? command
        : INVOCATION.matcher(command).replaceFirst("curl $1" + INVOKE + "$2/invocations -d @$3");
  }

  @Test
  void worksByItsWords() throws Exception {
    List<String> blocks = PAGE.blocks("sh");
    assertThat(blocks).as("a new block needs its expectations here").hasSize(2);
    try (RunnerProcess runner = RunnerProcess.start(RunnerProcess.PROJECT, Map.of())) {
      List<String> lines = startUpLines(runner);
      PageCommands.check("mvn -Plocal", command -> showsTheLines(lines));
      String http = address(lines, "HTTP API");
      String invoke = address(lines, "Invoke API");
      answersRequests(answers(blocks.get(0), Map.of(), http, invoke));
      invokesFunctions(blocks.get(1), http, invoke);
      readsAQueue(address(lines, "SQS API"));
    }
  }

  private static void showsTheLines(List<String> lines) {
    for (Readme page : List.of(README, PAGE)) {
      String shown = page.blocks("").get(0);
      assertThat(lines.stream().map(RunnerPageIT::constant).toList())
          .containsSubsequence(shown.lines().map(RunnerPageIT::constant).toList());
    }
  }

  /** What each command of the block prints, but for the comments of curl. */
  private static List<String> answers(
      String block, Map<String, String> variables, String http, String invoke) {
    return block.lines().map(line -> answer(line, variables, http, invoke)).toList();
  }

  private static String answer(
      String line, Map<String, String> variables, String http, String invoke) {
    return PageCommands.run(
        line,
        command ->
            SHELL.run(
                runnable(command)
                    .replace("http://127.0.0.1:3000", http)
                    .replace("http://127.0.0.1:3001", invoke)
                    .replace("curl ", "curl -sS "),
                variables));
  }

  private static void answersRequests(List<String> answers) {
    assertThat(answers).hasSize(3);
    assertThat(answers.get(0)).startsWith(README.blocks("").get(1).strip().replace("…", ""));
    assertThat(answers.get(0)).contains("Ada Lovelace", "Alan Turing", "Edsger Dijkstra");
    assertThat(answers.get(1)).contains(" 201 Created", "Grace Hopper").contains("/users/4");
    assertThat(answers.get(2)).startsWith("{\"id\":1,").contains("\"Ada King\"", "\"version\":2");
  }

  private static void invokesFunctions(String block, String http, String invoke) {
    String exports = block.lines().findFirst().orElseThrow();
    assertThat(exports).startsWith("export ");
    String commands = block.substring(exports.length()).strip();
    Map<String, String> variables = PageCommands.run(exports, RunnerPageIT::exported);
    List<String> answers = answers(commands, variables, http, invoke);
    assertThat(answers)
        .hasSize(5)
        .noneSatisfy(answer -> assertThat(answer).contains("FunctionError"))
        .noneSatisfy(answer -> assertThat(answer).contains("errorType"));
    assertThat(answers.get(2)).contains("\"complete\":true");
    assertThat(answers.get(3)).startsWith("{\"dryRun\":true,");
  }

  private static void readsAQueue(String sqs) {
    List<String> commands = EVENTS.commands("curl ");
    assertThat(commands)
        .hasSize(1)
        .isEqualTo(EVENTS.blocks("sh").stream().map(String::strip).toList());
    String answer = PageCommands.run(commands.get(0), command -> received(command, sqs));
    assertThat(answer).contains("ReceiveMessageResponse");
  }

  private static String received(String command, String sqs) {
    return SHELL.run(
        command.replaceFirst("http://127\\.0\\.0\\.1:\\d+", sqs).replace("curl ", "curl -sS "),
        Map.of());
  }

  /** The commands of docs/tenants.md: two roles, and a tenant by a header. */
  @Test
  void servesATenantByItsRole() {
    List<String> lines = TENANTS.blocks("sh").get(0).lines().toList();
    assertThat(lines).hasSize(5);
    assertThat(lines.get(3)).isEqualTo("mvn -Plocal");
    try (PostgresServer server = PostgresServer.with(Map.of())) {
      Map<String, String> variables = new HashMap<>();
      lines
          .subList(0, 3)
          .forEach(line -> variables.putAll(PageCommands.run(line, RunnerPageIT::exported)));
      variables.putAll(
          Map.of("POSTGRES_PORT", Integer.toString(server.port()), "POSTGRES_DB", "postgres"));
      try (RunningStack stack =
          RunningStack.start(
              LocalSettings.from(ProbeStack.onFreePorts(2, variables), RunnerProcess.PROJECT))) {
        String invocations = stack.invokeAddress() + INVOKE + "Migrate/invocations";
        SHELL.run(
            "curl -sS " + invocations + " -d '{\"schemas\":[\"tenant_a\",\"tenant_b\"]}'",
            Map.of());
        TENANTS.blocks("sql").forEach(server::execute);
        server.execute(
            "INSERT INTO tenant_a.users (email, name) VALUES ('ada@example.org', 'Ada')");
        String http = stack.httpAddress();
        assertThat(answer(lines.get(4), Map.of(), http, "")).contains("ada@example.org");
        String other = lines.get(4).replace("tenant_a", "tenant_b");
        assertThat(SHELL.run(other.replace("http://127.0.0.1:3000", http), Map.of()))
            .endsWith("{\"items\":[],\"next\":null}");
      }
    }
  }

  private static Map<String, String> exported(String exports) {
    Map<String, String> variables = new HashMap<>();
    for (String variable : exports.replace("export ", "").split("\\s+")) {
      String[] parts = variable.split("=", 2);
      variables.put(parts[0], parts[1]);
    }
    return variables;
  }
}
