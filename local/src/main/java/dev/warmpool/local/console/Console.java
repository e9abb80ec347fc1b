package dev.warmpool.local.console;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import dev.warmpool.local.gateway.Schedules;
import dev.warmpool.local.http.LocalServer;
import dev.warmpool.local.http.OpenHandler;
import dev.warmpool.local.http.OriginCheck;
import dev.warmpool.local.http.ProblemReply;
import dev.warmpool.local.queue.QueuePages;
import dev.warmpool.local.runtime.Functions;
import dev.warmpool.local.runtime.InvocationRequest;
import dev.warmpool.local.runtime.InvocationResult;
import dev.warmpool.local.runtime.ThrottledException;
import dev.warmpool.local.template.Template;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The console at {@code /_local/}: its page, the stream of events that the page shows, and the
 * actions behind its buttons. Thread-safe.
 */
public final class Console implements OpenHandler {

  private static final String PATH = "/_local/";
  private static final String EVENTS = PATH + "events/";

  private static final PageFiles FILES =
      new PageFiles(
          Map.of(
              "", "console.html",
              "console.css", "console.css",
              "console.js", "console.js",
              "start.js", "start.js"),
          "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src"
              + " data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Template template;
  private final Functions functions;
  private final Fired fired;
  private final EventHistory history;
  private final EventFiles events;
  private final ConsoleIndex about;
  private final Map<String, String> tokens;

  /**
   * Creates a console.
   *
   * @param watched the objects that the page shows
   * @param fired what it can fire
   * @param folder the template's folder; its subfolder {@code events} may hold event files
   * @param tokens tokens by tenant; empty without an authorizer
   */
  public Console(Watched watched, Fired fired, Path folder, Map<String, String> tokens) {
    this.template = watched.template();
    this.functions = watched.functions();
    this.history = watched.history();
    this.fired = fired;
    this.tokens = tokens;
    this.events =
        new EventFiles(
            folder.resolve("events"),
            template.functions().stream().map(f -> f.name()).collect(Collectors.toSet()));
    this.about = new ConsoleIndex(template, events, fired);
  }

  /** The event files for which it has a button. */
  public List<EventFiles.EventFile> events() {
    return events.all();
  }

  /** The objects that the console shows. */
  public record Watched(Template template, Functions functions, EventHistory history) {}

  /**
   * What fires events on demand: two of the console's pages, and the Invoke API.
   *
   * @param schedules the page of schedules
   * @param queues the page of queues
   * @param invoke address of the Invoke API
   */
  public record Fired(Schedules schedules, QueuePages queues, String invoke) {}

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    String name = path.startsWith(PATH) ? path.substring(PATH.length()) : path;
    if (name.equals("queues") || name.startsWith("queues/")) {
      fired.queues().handle(exchange);
      return;
    }
    LocalServer.body(exchange, 0);
    if (path.equals("/_local")) {
      exchange.getResponseHeaders().set("Location", PATH);
      LocalServer.reply(exchange, 308, new byte[0]);
    } else if (FILES.has(name)) {
      FILES.send(exchange, name);
    } else if (path.startsWith(EVENTS)) {
      send(exchange, path.substring(EVENTS.length()));
    } else {
      data(exchange, name);
    }
  }

  /** A link of another page may open the console. */
  @Override
  public boolean isOpen(HttpExchange exchange) {
    boolean page = List.of("/_local", PATH).contains(exchange.getRequestURI().getPath());
    return page && OriginCheck.isNavigation(exchange);
  }

  private void data(HttpExchange exchange, String name) throws IOException {
    switch (name) {
      case "stream" -> watch(exchange);
      case "about" -> LocalServer.reply(exchange, 200, "application/json", about.json());
      case "tokens" ->
          LocalServer.reply(exchange, 200, "application/json", JSON.writeValueAsString(tokens));
      default -> fired.schedules().handle(exchange);
    }
  }

  private void watch(HttpExchange exchange) throws IOException {
    EventStream stream = new EventStream();
    history.watch(stream);
    try {
      stream.serve(exchange, this::connections);
    } finally {
      history.leave(stream);
    }
  }

  /** Open database connections by environment, for environments that count them. */
  private String connections() {
    ObjectNode counts = JSON.createObjectNode();
    template
        .functions()
        .forEach(
            function ->
                functions
                    .get(function.name())
                    .connections()
                    .forEach((number, count) -> counts.put(function.name() + "#" + number, count)));
    return counts.toString();
  }

  private void send(HttpExchange exchange, String name) throws IOException {
    Optional<EventFiles.EventFile> file = events.find(name);
    if (file.isEmpty()) {
      ProblemReply.send(exchange, 404, "No event file has this name: see GET " + PATH + "about");
    } else if (!exchange.getRequestMethod().equals("POST")) {
      ProblemReply.send(exchange, 405, "Events are sent by POST.");
    } else {
      send(exchange, file.get());
    }
  }

  private void send(HttpExchange exchange, EventFiles.EventFile file) throws IOException {
    InvocationRequest request = InvocationRequest.of(events.read(file));
    history.arrived(request.id(), "event: " + file.words());
    try {
      InvocationResult result = functions.get(file.function()).call(request);
      history.answered(request.id(), result(result));
      LocalServer.reply(exchange, result.failed() ? 502 : 200, "application/json", result.text());
    } catch (ThrottledException e) {
      history.answered(request.id(), "429");
      ProblemReply.send(exchange, 429, String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      ProblemReply.send(exchange, 503, "The runner is being shut down.");
    }
  }

  /** The HTTP status if the function returned one, else the outcome. */
  private static String result(InvocationResult result) {
    if (result.failed()) {
      return "failed";
    }
    try {
      return JSON.readTree(result.payload()).path("statusCode").asText("done");
    } catch (IOException e) {
      return "done"; // a function may return bytes that are no JSON
    }
  }
}
