package dev.warmpool.session.errors;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.Executors;

/** An endpoint that answers as Secrets Manager does; the SDK finds it by system properties. */
final class SecretEndpoint implements AutoCloseable {

  static final String ARN = "arn:aws:secretsmanager:eu-central-1:1:secret:orders";

  private final HttpServer server;
  private volatile int status;
  private volatile String body = "";

  SecretEndpoint() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.setExecutor(Executors.newCachedThreadPool(SecretEndpoint::daemon));
    server.start();
    at(server.getAddress().getPort());
  }

  private static Thread daemon(Runnable body) {
    Thread thread = new Thread(body, "secret-endpoint");
    thread.setDaemon(true);
    return thread;
  }

  private static Map<String, String> properties(int port) {
    return Map.of(
        "aws.endpointUrlSecretsManager", "http://127.0.0.1:" + port,
        "aws.region", "eu-central-1",
        "aws.accessKeyId", "AKIDEXAMPLE",
        "aws.secretAccessKey", "secret");
  }

  /** Points the SDK to this port. */
  void at(int port) {
    properties(port).forEach(System::setProperty);
  }

  /** Answers with this secret from now on. */
  void secret(String text) {
    status = 200;
    body = "{\"ARN\":\"" + ARN + "\",\"SecretString\":\"" + text.replace("\"", "\\\"") + "\"}";
  }

  /** Answers with this error from now on. */
  void error(String type, String message) {
    status = 400;
    body = "{\"__type\":\"" + type + "\",\"Message\":\"" + message + "\"}";
  }

  private void answer(HttpExchange exchange) throws IOException {
    exchange.getRequestBody().readAllBytes();
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/x-amz-json-1.1");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  @Override
  public void close() {
    properties(0).keySet().forEach(System::clearProperty);
    server.stop(0);
  }
}
