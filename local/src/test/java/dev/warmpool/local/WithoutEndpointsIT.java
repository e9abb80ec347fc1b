package dev.warmpool.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.warmpool.local.probe.ConnectRecorder;
import dev.warmpool.local.runtime.InvocationResult;
import dev.warmpool.session.testkit.PostgresServer;
import dev.warmpool.session.testkit.TokenServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.io.TempDir;

/**
 * The packed functions with IAM authentication in a subnet without NAT and endpoints: their
 * processes look up and connect to the database, and nothing else.
 */
@EnabledForJreRange(
    max = JRE.JAVA_23,
    disabledReason = "connections are recorded by a security manager, which Java 24 removed")
class WithoutEndpointsIT {

  private static final Path EVENTS = Path.of("../events");
  private static PostgresServer server;

  @TempDir private Path folder;
  private TokenServer tokens;

  @BeforeAll
  static void startServer() {
    server = PostgresServer.with(Map.of());
    server.execute("CREATE ROLE app LOGIN; GRANT CREATE ON DATABASE postgres TO app");
  }

  @AfterAll
  static void stopServer() {
    server.close();
  }

  @BeforeEach
  void startTokens() throws Exception {
    tokens = new TokenServer(folder, server.port());
  }

  @AfterEach
  void stopTokens() throws IOException {
    tokens.close();
  }

  private ProjectStack stack(Map<String, String> changes) throws IOException {
    Map<String, String> variables = new HashMap<>(tokens.environment());
    variables.put("POSTGRES_SCHEMA", "app");
    variables.put("POOL_TIMEOUT", "30"); // long enough on a busy machine
    variables.putAll(changes);
    String options =
        "\"-Djava.security.manager=%s -Dconnects=%s -Xbootclasspath/a:%s\""
            .formatted(ConnectRecorder.class.getName(), connects(), recorder());
    return ProjectStack.start(
        server,
        variables,
        template ->
            template.replaceFirst(
                "(?m)^        POSTGRES_PORT:",
                "        AWS_ENDPOINT_URL_SECRETS_MANAGER: \"\"\n"
                    + "        JAVA_TOOL_OPTIONS: "
                    + options
                    + "\n$0"));
  }

  /** A folder with nothing but the recorder's class. */
  private Path recorder() throws IOException {
    Path path = Path.of(ConnectRecorder.class.getName().replace('.', '/') + ".class");
    Path target = folder.resolve("recorder").resolve(path);
    if (!Files.exists(target)) {
      Files.createDirectories(target.getParent());
      Files.copy(Path.of("target/test-classes").resolve(path), target);
    }
    return folder.resolve("recorder");
  }

  private Path connects() {
    return folder.resolve("connects");
  }

  private Set<String> connected() throws IOException {
    return Files.exists(connects()) ? new TreeSet<>(Files.readAllLines(connects())) : Set.of();
  }

  private void assertOnlyTheDatabaseWasConnectedTo() throws IOException {
    assertThat(connected())
        .contains("127.0.0.1:" + tokens.port())
        .isSubsetOf("127.0.0.1:" + tokens.port(), "127.0.0.1:-1", "localhost:-1");
  }

  private static void succeeds(ProjectStack stack, String function, String event)
      throws IOException, InterruptedException {
    InvocationResult result =
        stack
            .stack()
            .functions()
            .get(function)
            .invoke(Files.readAllBytes(EVENTS.resolve(event + ".json")));
    assertThat(result.text()).as(event).containsAnyOf("\"statusCode\":200", "\"complete\":true");
  }

  @Test
  void startsColdAndAfterTheTokensHaveExpired() throws Exception {
    try (ProjectStack stack = stack(Map.of())) {
      succeeds(stack, "HttpFunction", "HttpFunction-list-users");
      succeeds(stack, "Cleanup", "Cleanup-default");
      assertOnlyTheDatabaseWasConnectedTo();
      assertThat(tokens.accepted()).hasSizeGreaterThanOrEqualTo(3);
      assertThat(tokens.refused()).isEmpty();

      tokens.expire();
      awaitAnotherSecond();
      succeeds(stack, "HttpFunction", "HttpFunction-list-users");
      assertOnlyTheDatabaseWasConnectedTo();
      assertThat(tokens.refused()).as("the cached token, once").hasSize(1);
    }
  }

  /** Tokens of one second are equal. */
  private void awaitAnotherSecond() {
    DateTimeFormatter format =
        DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
    List<String> accepted = List.copyOf(tokens.accepted());
    Awaitility.await()
        .until(
            () ->
                accepted.stream().noneMatch(token -> token.contains(format.format(Instant.now()))));
  }

  @Test
  void startsFromASnapshot() throws Exception {
    try (ProjectStack stack = stack(Map.of("LOCAL_INITIALIZATION", "snap-start"))) {
      stack.stack().functions().get("HttpFunction").prepare(1);
      int primed = tokens.accepted().size();
      succeeds(stack, "HttpFunction", "HttpFunction-list-users");
      assertThat(tokens.accepted()).as("a connection of its own").hasSize(primed + 1);
      assertThat(tokens.refused()).isEmpty();
      assertOnlyTheDatabaseWasConnectedTo();
    }
  }

  /** Control: shows that another address is noticed. Migrate runs when the runner starts. */
  @Test
  @EnabledIfSystemProperty(
      named = "counts",
      matches = "\\d\\d+",
      disabledReason = "is the control of the other two: run it with -Psoak")
  void noticesWhereASecretWouldBeFetched() throws Exception {
    Map<String, String> secret =
        Map.of(
            "POSTGRES_IAM_AUTH", "false",
            "POSTGRES_SECRET_ARN", "arn:aws:secretsmanager:us-east-1:1:secret:x",
            "POOL_TIMEOUT", "10",
            "AWS_ENDPOINT_URL_SECRETS_MANAGER", "http://127.0.0.1:9");
    assertThatThrownBy(() -> stack(secret).close()).isInstanceOf(StartupException.class);
    assertThat(connected()).contains("127.0.0.1:9");
  }
}
