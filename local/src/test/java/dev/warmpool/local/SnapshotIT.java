package dev.warmpool.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import dev.warmpool.local.runtime.InvocationResult;
import dev.warmpool.session.testkit.PostgresServer;
import dev.warmpool.session.testkit.WireProxy;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Processes at their checkpoint and after the restore. */
class SnapshotIT {

  private static final Map<String, String> SNAP_START =
      Map.of("LOCAL_INITIALIZATION", "snap-start");

  private static PostgresServer server;

  /** The password that the fake Secrets Manager returns. */
  private static volatile String password;

  @BeforeAll
  static void start() {
    server = PostgresServer.with(Map.of());
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static SessionStack stack(Map<String, String> changes) {
    Map<String, String> variables = new HashMap<>(SNAP_START);
    variables.putAll(changes);
    return SessionStack.on(server, 2, variables);
  }

  private static void prepare(SessionStack stack, String function, int environments) {
    try {
      stack.function(function).prepare(environments);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void holdsNoConnectionAtTheCheckpointAndOpensOneAfterTheRestore() {
    try (WireProxy proxy = WireProxy.to(server.port());
        SessionStack stack = stack(Map.of("POSTGRES_PORT", Integer.toString(proxy.port())))) {
      prepare(stack, "Session", 2);
      List<Long> processes = stack.function("Session").processes();
      assertThat(processes).hasSize(2);
      assertThat(proxy.messages()).as("both environments have primed").isNotEmpty();
      assertThat(processes).allMatch(pid -> Sockets.to(proxy.port(), pid) == 0);
      Awaitility.await().until(() -> stack.connections().isEmpty());
      List<JsonNode> answers = stack.invokeAll("Session", List.of("{}", "{}"));
      Set<Integer> backends = new HashSet<>();
      Set<Long> restored = new HashSet<>();
      for (JsonNode answer : answers) {
        backends.add(answer.path("backend").asInt());
        restored.add(answer.path("process").asLong());
        assertThat(answer.path("opened").asInt()).isEqualTo(1);
      }
      assertThat(backends).hasSize(2);
      assertThat(restored).containsExactlyInAnyOrderElementsOf(processes);
    }
  }

  /** Control: shows that the test above would notice a connection at the checkpoint. */
  @Test
  void holdsAConnectionWithoutTheHooks() {
    try (SessionStack stack = stack(Map.of())) {
      prepare(stack, "Unhooked", 1);
      long pid = stack.function("Unhooked").processes().get(0);
      assertThat(Sockets.to(server.port(), pid)).isEqualTo(1);
      assertThat(stack.connections()).hasSize(1);
    }
  }

  @Test
  void reportsTheRestoreAndKeepsTheProcess() {
    try (SessionStack stack = stack(Map.of())) {
      InvocationResult first = stack.result("Session", "{}");
      assertThat(new String(first.logTail(), StandardCharsets.UTF_8))
          .containsPattern("REPORT RequestId: .* Restore Duration: [0-9.]+ ms")
          .doesNotContain("Init Duration");
      long pid = stack.function("Session").processes().get(0);
      assertThat(stack.invoke("Session", "{}").path("process").asLong()).isEqualTo(pid);
    }
  }

  @Test
  void primesTheApiWithARequest() {
    try (WireProxy proxy = WireProxy.to(server.port());
        SessionStack stack = stack(Map.of("POSTGRES_PORT", Integer.toString(proxy.port())))) {
      prepare(stack, "Api", 1);
      assertThat(proxy.messages())
          .anyMatch(message -> message.text().contains("FROM users WHERE id = $1"));
      long pid = stack.function("Api").processes().get(0);
      assertThat(Sockets.to(proxy.port(), pid)).isZero();
    }
  }

  @Test
  void startsWithoutADatabaseAtTheCheckpoint() {
    try (SessionStack stack = stack(Map.of("POOL_TIMEOUT", "5"))) {
      server.stop();
      try {
        prepare(stack, "Session", 1);
        assertThat(stack.function("Session").processes()).hasSize(1);
      } finally {
        server.start();
      }
      assertThat(stack.invoke("Session", "{}").path("opened").asInt()).isEqualTo(1);
    }
  }

  @Test
  void picksUpAPasswordThatChangedBetweenCheckpointAndRestore() throws IOException {
    HttpServer secrets = secrets();
    try (WireProxy proxy = WireProxy.to(server.port())) {
      changePassword("first");
      requirePassword();
      Map<String, String> secret = new HashMap<>();
      secret.put("POSTGRES_USER", "rotated");
      secret.put("POSTGRES_PASSWORD", "");
      secret.put("POSTGRES_SECRET_ARN", "arn:aws:secretsmanager:us-east-1:1:secret:rotated");
      secret.put("POSTGRES_PORT", Integer.toString(proxy.port()));
      secret.put(
          "AWS_ENDPOINT_URL_SECRETS_MANAGER", "http://127.0.0.1:" + secrets.getAddress().getPort());
      try (SessionStack stack = stack(secret)) {
        server.execute("GRANT USAGE ON SCHEMA app TO rotated");
        server.execute("GRANT ALL ON app.marker TO rotated");
        prepare(stack, "Session", 1);
        int primed = starts(proxy);
        assertThat(primed).isPositive();
        changePassword("second");
        assertThat(stack.invoke("Session", "{}").path("opened").asInt()).isEqualTo(1);
        assertThat(starts(proxy)).as("no attempt with the old password").isEqualTo(primed + 1);
      }
    } finally {
      secrets.stop(0);
    }
  }

  /** The number of connections that have sent their startup message. */
  private static int starts(WireProxy proxy) {
    return (int)
        proxy.messages().stream().filter(message -> message.text().contains("rotated")).count();
  }

  private static void changePassword(String value) {
    password = value;
    server.execute(
        "DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'rotated')"
            + " THEN CREATE ROLE rotated LOGIN; END IF; END $$");
    server.execute("ALTER ROLE rotated PASSWORD '" + value + "'");
  }

  /** Requires a password of this role; the embedded server trusts every other role. */
  private static void requirePassword() throws IOException {
    Path file = Path.of(server.column("SHOW hba_file").get(0));
    String rules = Files.readString(file);
    Files.writeString(file, "host all rotated all scram-sha-256\n" + rules);
    server.execute("SELECT pg_reload_conf()");
  }

  /** A fake Secrets Manager that returns the current password. */
  private static HttpServer secrets() throws IOException {
    HttpServer secrets =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    secrets.createContext(
        "/",
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          byte[] secret =
              "{\"SecretString\":\"{\\\"password\\\":\\\"%s\\\"}\"}"
                  .formatted(password)
                  .getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().set("Content-Type", "application/x-amz-json-1.1");
          exchange.sendResponseHeaders(200, secret.length);
          exchange.getResponseBody().write(secret);
          exchange.close();
        });
    secrets.start();
    return secrets;
  }
}
