package dev.warmpool.local.gateway;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import dev.warmpool.local.http.LocalServer;
import dev.warmpool.local.http.ProblemReply;
import dev.warmpool.local.runtime.Functions;
import dev.warmpool.local.runtime.InvocationResult;
import dev.warmpool.local.template.AsynchronousDefinition;
import dev.warmpool.local.template.ScheduleDefinition;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Fires schedules on demand: {@code POST /_local/schedules/NAME}. NAME is the event's logical id;
 * if several functions have an event of that id, it is {@code FUNCTION.EVENT}. Thread-safe.
 */
public final class Schedules implements HttpHandler {

  private static final String PATH = "/_local/schedules";
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final List<ScheduleDefinition> schedules;
  private final Functions functions;
  private final RequestLog log;

  /** Creates the schedules of these functions; the log is notified of each that is fired. */
  public Schedules(List<ScheduleDefinition> schedules, Functions functions, RequestLog log) {
    this.schedules = schedules;
    this.functions = functions;
    this.log = log;
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    LocalServer.body(exchange, 0);
    String path = exchange.getRequestURI().getPath();
    if (path.equals(PATH) && exchange.getRequestMethod().equals("GET")) {
      list(exchange);
      return;
    }
    Optional<ScheduleDefinition> schedule =
        path.startsWith(PATH + "/") && exchange.getRequestMethod().equals("POST")
            ? find(path.substring(PATH.length() + 1))
            : Optional.empty();
    if (schedule.isPresent()) {
      fire(exchange, schedule.get());
    } else {
      unknown(exchange);
    }
  }

  private Optional<ScheduleDefinition> find(String name) {
    List<ScheduleDefinition> found =
        schedules.stream().filter(s -> s.name().equals(name) || qualified(s).equals(name)).toList();
    return found.size() == 1 ? Optional.of(found.get(0)) : Optional.empty();
  }

  private static String qualified(ScheduleDefinition schedule) {
    return schedule.function() + "." + schedule.name();
  }

  /** The schedule's shortest unambiguous name. */
  public String name(ScheduleDefinition schedule) {
    return find(schedule.name()).isPresent() ? schedule.name() : qualified(schedule);
  }

  /** Invokes the schedule's function with its event and waits for the result. */
  private InvocationResult fire(ScheduleDefinition schedule) throws InterruptedException {
    String id = UUID.randomUUID().toString();
    log.arrived(id, "schedule " + schedule.name());
    InvocationResult result =
        functions
            .get(schedule.function())
            .invokeLater(id, event(schedule), AsynchronousDefinition.DEFAULT.maxAge());
    log.answered(id, result.failed() ? "failed" : "done");
    return result;
  }

  private void fire(HttpExchange exchange, ScheduleDefinition schedule) throws IOException {
    try {
      InvocationResult result = fire(schedule);
      int status = result.failed() ? 502 : 200;
      LocalServer.reply(exchange, status, "application/json", result.text());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      LocalServer.reply(
          exchange, 503, "application/json", "{\"message\":\"The runner is shutting down\"}");
    }
  }

  /** The event that the schedule sends now. */
  static byte[] event(ScheduleDefinition schedule) {
    String input = schedule.input();
    return (input == null ? serviceEvent(schedule) : input).getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Not AWS's {@code ScheduledEvent}: its detail is an object, and that of EventBridge Scheduler a
   * text; its time is written with milliseconds, which the event's does not have.
   */
  private static String serviceEvent(ScheduleDefinition schedule) {
    ObjectNode event =
        JSON.createObjectNode()
            .put("version", "0")
            .put("id", UUID.randomUUID().toString())
            .put("detail-type", "Scheduled Event")
            .put("source", schedule.scheduler() ? "aws.scheduler" : "aws.events")
            .put("account", "123456789012")
            .put("time", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString())
            .put("region", "us-east-1");
    event.putArray("resources");
    if (schedule.scheduler()) {
      event.put("detail", "{}"); // a string, as EventBridge Scheduler sends it
    } else {
      event.putObject("detail");
    }
    return event.toString();
  }

  private void list(HttpExchange exchange) throws IOException {
    ArrayNode list = JSON.createArrayNode();
    schedules.forEach(
        schedule ->
            list.addObject()
                .put("name", name(schedule))
                .put("function", schedule.function())
                .put("expression", schedule.expression())
                .put("enabled", schedule.enabled()));
    LocalServer.reply(exchange, 200, "application/json", list.toString());
  }

  private void unknown(HttpExchange exchange) throws IOException {
    String known =
        String.join(", ", schedules.stream().map(s -> "POST " + PATH + "/" + name(s)).toList());
    ProblemReply.send(exchange, 404, "Available: GET " + PATH + ", " + known);
  }
}
