package dev.warmpool.local.queue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import dev.warmpool.local.http.LocalServer;
import dev.warmpool.local.http.ProblemReply;
import dev.warmpool.local.template.QueueDefinition;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Lists the queues ({@code GET /_local/queues}) and sends the request's body to one as a message
 * ({@code POST /_local/queues/NAME}); NAME is the queue's logical id. Thread-safe.
 */
public final class QueuePages implements HttpHandler {

  private static final String PATH = "/_local/queues";
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private static final String NUMBER = "ApproximateNumberOfMessages";

  /** The limit of ElasticMQ on a message, in bytes. */
  private static final int MAX_BODY = 256 * 1024;

  private final Optional<Queues> queues;

  /** Creates the pages; a template may have no queues. */
  public QueuePages(Optional<Queues> queues) {
    this.queues = queues;
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    Optional<byte[]> body = LocalServer.body(exchange, MAX_BODY);
    String path = exchange.getRequestURI().getPath();
    if (path.equals(PATH) && exchange.getRequestMethod().equals("GET")) {
      LocalServer.reply(exchange, 200, "application/json", list().toString());
      return;
    }
    Optional<QueueDefinition> queue =
        path.startsWith(PATH + "/")
            ? queues.flatMap(some -> some.find(path.substring(PATH.length() + 1)))
            : Optional.empty();
    if (queue.isEmpty() || !exchange.getRequestMethod().equals("POST")) {
      ProblemReply.send(exchange, 404, "Available: " + available());
    } else if (body.isEmpty() || body.get().length == 0) {
      ProblemReply.send(exchange, 400, "The body is the message: 1 to " + MAX_BODY + " bytes");
    } else {
      send(exchange, queue.get(), new String(body.get(), StandardCharsets.UTF_8));
    }
  }

  private void send(HttpExchange exchange, QueueDefinition queue, String body) throws IOException {
    try {
      String id = queues.orElseThrow().client().send(queue, body, Map.of());
      ObjectNode answer = JSON.createObjectNode().put("messageId", id);
      LocalServer.reply(exchange, 200, "application/json", answer.toString());
    } catch (IllegalArgumentException e) {
      ProblemReply.send(exchange, 400, String.valueOf(e.getMessage()));
    }
  }

  private String available() {
    Stream<String> names = queues.stream().flatMap(some -> some.all().stream()).map(q -> q.id());
    return Stream.concat(Stream.of("GET " + PATH), names.map(name -> "POST " + PATH + "/" + name))
        .collect(Collectors.joining(", "));
  }

  private ArrayNode list() {
    ArrayNode list = JSON.createArrayNode();
    queues.ifPresent(some -> some.all().forEach(queue -> describe(list.addObject(), some, queue)));
    return list;
  }

  private static void describe(ObjectNode node, Queues queues, QueueDefinition queue) {
    JsonNode attributes = queues.client().attributes(queue);
    node.put("name", queue.id())
        .put("url", queues.url(queue))
        .put("visible", attributes.path(NUMBER).asInt())
        .put("delayed", attributes.path(NUMBER + "Delayed").asInt())
        .put("inFlight", attributes.path(NUMBER + "NotVisible").asInt());
    ArrayNode sources = node.putArray("deadLetterSources");
    queues.all().stream()
        .filter(source -> source.deadLetterQueue().filter(queue.arn()::equals).isPresent())
        .forEach(source -> sources.add(source.id()));
  }
}
