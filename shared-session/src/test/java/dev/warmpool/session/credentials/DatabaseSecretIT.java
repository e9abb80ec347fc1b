package dev.warmpool.session.credentials;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.warmpool.session.Credentials;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Reads secrets with the SDK's client from an endpoint that answers as Secrets Manager does. */
class DatabaseSecretIT {

  private static final String ARN = "arn:aws:secretsmanager:eu-central-1:1:secret:orders";

  private final BlockingQueue<String> requests = new LinkedBlockingQueue<>();
  private HttpServer server;
  private String secret = "";

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
    settings().forEach(System::setProperty);
  }

  private Map<String, String> settings() {
    return Map.of(
        "aws.endpointUrlSecretsManager", "http://127.0.0.1:" + server.getAddress().getPort(),
        "aws.region", "eu-central-1",
        "aws.accessKeyId", "AKIDEXAMPLE",
        "aws.secretAccessKey", "secret");
  }

  private void answer(HttpExchange exchange) throws IOException {
    requests.add(
        exchange.getRequestHeaders().getFirst("X-Amz-Target")
            + " "
            + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
    byte[] body =
        ("{\"ARN\":\"" + ARN + "\",\"SecretString\":\"" + secret.replace("\"", "\\\"") + "\"}")
            .getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/x-amz-json-1.1");
    exchange.sendResponseHeaders(200, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  @AfterEach
  void stop() {
    settings().keySet().forEach(System::clearProperty);
    server.stop(0);
  }

  @Test
  void returnsRoleAndPasswordOfASecretThatRdsWrote() {
    secret = "{\"username\":\"app\",\"password\":\"p4ss\",\"port\":5432}";

    assertThat(DatabaseSecret.fetch(ARN)).isEqualTo(new Credentials("app", "p4ss"));
    assertThat(requests)
        .containsExactly("secretsmanager.GetSecretValue {\"SecretId\":\"" + ARN + "\"}");
  }

  @Test
  void leavesTheRoleToTheSettingsIfTheSecretHasNone() {
    secret = "{\"username\":\"\",\"nested\":{\"username\":\"x\"},\"password\":\"p4ss\"}";

    assertThat(DatabaseSecret.fetch(ARN)).isEqualTo(new Credentials(null, "p4ss"));
  }

  @Test
  void namesTheSecretWithoutItsTextIfThePasswordIsMissing() {
    secret = "{\"username\":\"confidential\"}";

    assertThatThrownBy(() -> DatabaseSecret.fetch(ARN))
        .hasMessage(
            "the secret "
                + ARN
                + " (POSTGRES_SECRET_ARN) is no JSON object with a string member \"password\"");
  }

  @Test
  void namesTheSecretWithoutItsTextIfThePasswordIsEmpty() {
    secret = "{\"username\":\"confidential\",\"password\":\"\"}";

    assertThatThrownBy(() -> DatabaseSecret.fetch(ARN))
        .hasMessage("the secret " + ARN + " (POSTGRES_SECRET_ARN) has an empty \"password\"");
  }
}
