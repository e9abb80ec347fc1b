package dev.warmpool.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.warmpool.session.testkit.PostgresServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * With {@code LOCAL_AWS=own} the packed functions call AWS in the developer's region, with the
 * developer's credentials, at the developer's endpoint; without it they know none of them.
 */
@ExtendWith(PageCommands.class)
class DeveloperAwsIT {

  private static final String ARN = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:db";
  private static final String SIGNED_AS =
      "AWS4-HMAC-SHA256 Credential=AKIADEVELOPER/\\d{8}/eu-west-1/secretsmanager/aws4_request.*";

  private final List<String> signatures = new CopyOnWriteArrayList<>();
  private HttpServer endpoint;

  @BeforeEach
  void start() throws IOException {
    endpoint = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    endpoint.createContext("/", this::answer);
    endpoint.start();
  }

  @AfterEach
  void stop() {
    endpoint.stop(0);
  }

  /** Answers as Secrets Manager does. */
  private void answer(HttpExchange exchange) throws IOException {
    signatures.add(exchange.getRequestHeaders().getFirst("Authorization"));
    byte[] body =
        "{\"SecretString\":\"{\\\"username\\\":\\\"postgres\\\",\\\"password\\\":\\\"secret\\\"}\"}"
            .getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/x-amz-json-1.1");
    exchange.sendResponseHeaders(200, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private String address() {
    return "http://127.0.0.1:" + endpoint.getAddress().getPort();
  }

  /** The variables of a developer's shell. */
  private Map<String, String> shell() {
    return Map.of(
        "AWS_REGION", "eu-west-1",
        "AWS_ACCESS_KEY_ID", "AKIADEVELOPER",
        "AWS_SECRET_ACCESS_KEY", "hidden",
        "AWS_SESSION_TOKEN", "token",
        "AWS_ENDPOINT_URL", address());
  }

  @Test
  void reachesTheFunctionsWhereAskedFor() {
    Map<String, String> variables = new HashMap<>(shell());
    variables.putAll(
        Map.of(
            "LOCAL_AWS", "own",
            "POSTGRES_SCHEMA", "app",
            "POSTGRES_PASSWORD", "",
            "POSTGRES_SECRET_ARN", ARN));
    try (PostgresServer server = PostgresServer.with(Map.of());
        ProjectStack stack = ProjectStack.start(server, variables, template -> template)) {
      assertThat(stack.http().get("/users").statusCode()).isEqualTo(200);
    }
    assertThat(signatures)
        .hasSizeGreaterThanOrEqualTo(2) // Migrate and HttpFunction
        .allSatisfy(signature -> assertThat(signature).matches(SIGNED_AS));
  }

  @Test
  void staysOutOfTheFunctionsOtherwise() {
    Map<String, String> variables = new HashMap<>(shell());
    variables.put("POSTGRES_HOST", "none");
    try (ProbeStack probe = ProbeStack.start(variables)) {
      JsonNode environment = probe.invoke("Process", "{}").path("environment");
      assertThat(environment.path("AWS_REGION").asText()).isEqualTo("us-east-1");
      assertThat(environment.path("AWS_ACCESS_KEY_ID").asText()).isEqualTo("defaultkey");
      assertThat(environment.has("AWS_SESSION_TOKEN")).isFalse();
      assertThat(environment.has("AWS_ENDPOINT_URL")).isFalse();
      assertThat(environment.toString()).doesNotContain("AKIADEVELOPER", "hidden", address());
    }
    assertThat(signatures).isEmpty();
  }

  /** The commands of docs/local-projects.md, in an environment that has credentials. */
  @Test
  void isShownByTheCommandsOfThePage() {
    Readme page = Readme.of(RunnerProcess.PROJECT.resolve("docs/local-projects.md"));
    List<String> blocks = page.blocks("sh");
    assertThat(blocks).hasSize(2);
    List<String> lines = blocks.get(1).lines().toList();
    assertThat(lines).hasSize(3);
    Map<String, String> variables =
        new HashMap<>(PageCommands.run(lines.get(0), command -> exported(command, shell())));
    PageCommands.check(
        lines.get(1),
        command -> variables.putAll(Shell.has("aws") ? exported(command, variables) : Map.of()));
    PageCommands.check(lines.get(2), command -> usesTheAccount(command, variables));
  }

  /** The variables of AWS after a command in a shell that has these. */
  private static Map<String, String> exported(String command, Map<String, String> shell) {
    return new Shell(RunnerProcess.PROJECT)
        .run(command + "\nenv", shell)
        .lines()
        .filter(line -> line.startsWith("AWS_"))
        .map(line -> line.split("=", 2))
        .collect(Collectors.toMap(parts -> parts[0], parts -> parts[1]));
  }

  private void usesTheAccount(String command, Map<String, String> variables) {
    assertThat(command).startsWith("LOCAL_AWS=own java -jar ");
    variables.put("LOCAL_AWS", "own");
    assertThat(LocalSettings.from(variables, RunnerProcess.PROJECT).aws().description())
        .isEqualTo(
            "region eu-central-1, key AKIADEVELOPER, endpoint " + address() + " (LOCAL_AWS=own)");
  }
}
