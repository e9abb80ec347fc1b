package dev.warmpool.local.queue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import dev.warmpool.local.http.LocalServer;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.regex.Pattern;

/**
 * Passes requests of the AWS SDKs and CLI on to the SQS server, after the HTTP server in front has
 * refused those of pages of other origins. Thread-safe.
 */
final class SqsProxy implements HttpHandler {

  /** Twice the limit of SQS on a request. */
  private static final int MAX_BODY = 2 * 1024 * 1024;

  /**
   * What SDKs send. The server would end its connection, which cannot be opened again, for a target
   * or a header that it cannot read or that is longer than 64 and 8 KB.
   */
  private static final Pattern TARGET = Pattern.compile("/[\\w./~-]*(\\?[\\w.~%&=+*-]*)?");

  private static final Pattern BROKEN_ESCAPE = Pattern.compile("%(?![0-9A-Fa-f]{2})");
  private static final int MAX_TARGET = 60_000;

  private static final Pattern METHOD = Pattern.compile("GET|POST");
  private static final Pattern HEADER = Pattern.compile("[\\w/.+;= -]{0,200}");

  private final Future<SqsServer> server;

  SqsProxy(Future<SqsServer> server) {
    this.server = server;
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    Optional<byte[]> body = LocalServer.body(exchange, MAX_BODY);
    String target = LocalServer.target(exchange);
    String action = header(exchange, "X-Amz-Target");
    String type = header(exchange, "Content-Type");
    boolean clear =
        METHOD.matcher(exchange.getRequestMethod()).matches()
            && isReadable(target)
            && HEADER.matcher(action).matches()
            && HEADER.matcher(type).matches();
    if (body.isEmpty() || !clear) {
      LocalServer.reply(
          exchange, 400, "application/json", "{\"__type\":\"com.amazonaws.sqs#InvalidRequest\"}");
      return;
    }
    String line = exchange.getRequestMethod() + " " + target;
    forward(exchange, new SqsRequest(line, action, type, body.get()));
  }

  private static boolean isReadable(String target) {
    return target.length() <= MAX_TARGET
        && TARGET.matcher(target).matches()
        && !BROKEN_ESCAPE.matcher(target).find();
  }

  private static String header(HttpExchange exchange, String name) {
    String value = exchange.getRequestHeaders().getFirst(name);
    return value == null ? "" : value;
  }

  private void forward(HttpExchange exchange, SqsRequest request) throws IOException {
    try {
      SqsResponse response = server.get().send(request);
      exchange.getResponseHeaders().set("Content-Type", response.header("content-type"));
      LocalServer.reply(exchange, response.status(), response.body());
    } catch (IOException | ExecutionException e) {
      shuttingDown(exchange);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      shuttingDown(exchange);
    }
  }

  private static void shuttingDown(HttpExchange exchange) throws IOException {
    LocalServer.reply(
        exchange, 503, "application/json", "{\"message\":\"The runner is shutting down\"}");
  }
}
