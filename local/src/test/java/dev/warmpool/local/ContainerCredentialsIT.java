package dev.warmpool.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.warmpool.session.testkit.PostgresServer;
import dev.warmpool.session.testkit.TokenServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A function with SnapStart has no access key in its environment: it gets its credentials from the
 * address in {@code AWS_CONTAINER_CREDENTIALS_FULL_URI}. The packed functions sign their tokens
 * with those, and after a restore with the credentials that are then valid.
 */
class ContainerCredentialsIT {

  private static final String AUTHORIZATION = "only-this-environment";
  private static final Path REQUEST = Path.of("../events/HttpFunction-list-users.json");

  @TempDir private Path folder;
  private PostgresServer server;
  private TokenServer tokens;
  private HttpServer credentials;
  private volatile String key = "PRIMED";

  @BeforeEach
  void start() throws Exception {
    server = PostgresServer.with(Map.of());
    server.execute("CREATE ROLE app LOGIN; GRANT CREATE ON DATABASE postgres TO app");
    tokens = new TokenServer(folder, server.port());
    credentials = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    credentials.createContext("/", this::answer);
    credentials.start();
  }

  @AfterEach
  void stop() throws IOException {
    credentials.stop(0);
    tokens.close();
    server.close();
  }

  private void answer(HttpExchange exchange) throws IOException {
    boolean isKnown =
        List.of(AUTHORIZATION).equals(exchange.getRequestHeaders().get("Authorization"));
    String expiration =
        Instant.now().plus(Duration.ofHours(6)).truncatedTo(ChronoUnit.SECONDS).toString();
    byte[] body =
        "{\"AccessKeyId\":\"%s\",\"SecretAccessKey\":\"s\",\"Token\":\"t\",\"Expiration\":\"%s\"}"
            .formatted(key, expiration)
            .getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(isKnown ? 200 : 403, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  private ProjectStack stack() {
    Map<String, String> variables = new HashMap<>(tokens.environment());
    variables.put("POSTGRES_SCHEMA", "app");
    variables.put("POOL_TIMEOUT", "30"); // long enough on a busy machine
    variables.put("LOCAL_INITIALIZATION", "snap-start");
    String address = "http://127.0.0.1:" + credentials.getAddress().getPort() + "/credentials";
    return ProjectStack.start(
        server,
        variables,
        template ->
            template.replaceFirst(
                "(?m)^        POSTGRES_PORT:",
                "        AWS_CONTAINER_CREDENTIALS_FULL_URI: "
                    + address
                    + "\n        AWS_CONTAINER_AUTHORIZATION_TOKEN: "
                    + AUTHORIZATION
                    + "\n$0"));
  }

  @Test
  void signsTokensAfterARestoreWithTheCredentialsOfThatTime() throws Exception {
    try (ProjectStack stack = stack()) {
      stack.stack().functions().get("HttpFunction").prepare(1);
      assertThat(tokens.accepted())
          .isNotEmpty()
          .allMatch(token -> token.contains("X-Amz-Credential=PRIMED%2F"));
      int primed = tokens.accepted().size();

      key = "RESTORED";
      assertThat(
              stack
                  .stack()
                  .functions()
                  .get("HttpFunction")
                  .invoke(Files.readAllBytes(REQUEST))
                  .text())
          .contains("\"statusCode\":200");
      assertThat(tokens.accepted()).hasSize(primed + 1);
      assertThat(tokens.accepted().get(primed)).contains("X-Amz-Credential=RESTORED%2F");
      assertThat(tokens.refused()).isEmpty();
    }
  }
}
