package dev.warmpool.benchmarks.coldstart;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** Answers every request as Secrets Manager does with one database secret. Thread-safe. */
final class SecretEmulator implements AutoCloseable {

  private static final String ARN = "arn:aws:secretsmanager:us-east-1:123456789012:secret:database";

  private final HttpServer server;
  private final AtomicInteger read = new AtomicInteger();
  private final byte[] answer;

  /** Starts to listen; the secret is this user with this password. */
  SecretEmulator(String user, String password) throws IOException {
    String secret =
        "{\\\"username\\\":\\\"%s\\\",\\\"password\\\":\\\"%s\\\"}".formatted(user, password);
    answer =
        "{\"ARN\":\"%s\",\"SecretString\":\"%s\"}"
            .formatted(ARN, secret)
            .getBytes(StandardCharsets.UTF_8);
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
  }

  private void answer(HttpExchange exchange) throws IOException {
    read.incrementAndGet();
    try (exchange) {
      exchange.getRequestBody().readAllBytes();
      exchange.getResponseHeaders().set("Content-Type", "application/x-amz-json-1.1");
      exchange.sendResponseHeaders(200, answer.length);
      exchange.getResponseBody().write(answer);
    }
  }

  /** The variables of a function that fetches its password here. */
  Map<String, String> environment() {
    return Map.of(
        "POSTGRES_PASSWORD",
        "",
        "POSTGRES_SECRET_ARN",
        ARN,
        "AWS_ENDPOINT_URL",
        "http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** How often the secret was read. */
  int read() {
    return read.get();
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
