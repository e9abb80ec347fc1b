package dev.warmpool.functions.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.warmpool.functions.event.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CopyOnWriteArrayList;

/** A server on loopback that takes the answers of custom resources, as S3 does. Thread-safe. */
final class AnswersServer implements AutoCloseable {

  private final HttpServer server;
  private final List<JsonNode> answers = new CopyOnWriteArrayList<>();
  private final List<String> requests = new CopyOnWriteArrayList<>();
  private final Queue<Integer> statuses = new ArrayDeque<>();

  AnswersServer() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
  }

  private void answer(HttpExchange exchange) throws IOException {
    requests.add(
        exchange.getRequestMethod()
            + " "
            + exchange.getRequestURI()
            + " "
            + exchange.getRequestHeaders().get("Content-Type"));
    JsonNode body = Json.read(exchange.getRequestBody().readAllBytes());
    int status = nextStatus();
    if (status == 200) {
      answers.add(body);
    }
    exchange.sendResponseHeaders(status, -1);
    exchange.close();
  }

  private synchronized int nextStatus() {
    return statuses.isEmpty() ? 200 : statuses.remove();
  }

  /** Answers the next requests with these statuses, and those after them with 200. */
  synchronized void refuse(int... next) {
    for (int status : next) {
      statuses.add(status);
    }
  }

  /** Returns a URL like a pre-signed one. */
  String url() {
    return "http://127.0.0.1:"
        + server.getAddress().getPort()
        + "/stack%7Cid?X-Amz-Signature=a%2Bb";
  }

  /** Returns the bodies that were accepted. */
  List<JsonNode> answers() {
    return answers;
  }

  /** Returns method, URL and content type of each request. */
  List<String> requests() {
    return requests;
  }

  /** Returns the only answer; fails if there is another number of them. */
  JsonNode only() {
    if (answers.size() != 1) {
      throw new UncheckedIOException(new IOException(answers.size() + " answers: " + answers));
    }
    return answers.get(0);
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
