package dev.warmpool.local.gateway;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import dev.warmpool.local.runtime.FunctionRunner;
import dev.warmpool.local.runtime.Functions;
import dev.warmpool.local.runtime.InvocationResult;
import dev.warmpool.local.runtime.ThrottledException;
import dev.warmpool.local.template.RouteDefinition;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP API as API Gateway serves it: matches the route, invokes its function, makes its answer
 * a response. What is refused is refused after the request was read whole. Thread-safe.
 */
public final class HttpGateway implements HttpHandler {

  /** API Gateway's limit on a body, in bytes. */
  private static final int MAX_BODY = 10 * 1024 * 1024;

  /** Lambda's limit on an event, in bytes. */
  private static final int MAX_EVENT = 6 * 1024 * 1024;

  /** How long API Gateway waits for a function. */
  private static final Duration INTEGRATION_TIMEOUT = Duration.ofSeconds(30);

  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final RouteTable routes;
  private final Functions functions;
  private final Schedules schedules;
  private final ExecutorService threads;
  private final Duration timeout;

  /**
   * A gateway to these routes' functions; schedules are fired under {@code /_local}.
   *
   * @param threads on which functions are invoked, as many as there is need
   */
  public HttpGateway(
      List<RouteDefinition> routes,
      Functions functions,
      Schedules schedules,
      ExecutorService threads) {
    this(new RouteTable(routes), functions, schedules, threads, INTEGRATION_TIMEOUT);
  }

  HttpGateway(
      RouteTable routes,
      Functions functions,
      Schedules schedules,
      ExecutorService threads,
      Duration timeout) {
    this.routes = routes;
    this.functions = functions;
    this.schedules = schedules;
    this.threads = threads;
    this.timeout = timeout;
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    Optional<byte[]> body = LocalServer.body(exchange, MAX_BODY);
    String path = exchange.getRequestURI().getRawPath();
    if (path.startsWith("/_local/")) {
      schedules.handle(exchange);
      return;
    }
    Optional<RouteTable.Match> match = routes.find(exchange.getRequestMethod(), path);
    if (match.isEmpty()) {
      message(exchange, 404, "Not Found");
    } else if (body.isEmpty()) {
      message(exchange, 413, "Request Entity Too Large");
    } else {
      invoke(exchange, match.get(), body.get());
    }
  }

  private void invoke(HttpExchange exchange, RouteTable.Match match, byte[] body)
      throws IOException {
    byte[] event = JSON.writeValueAsBytes(HttpEvent.of(exchange, match, body));
    if (event.length > MAX_EVENT) {
      message(exchange, 413, "Request Entity Too Large");
      return;
    }
    FunctionRunner function = functions.get(match.route().function());
    Future<InvocationResult> running = threads.submit(() -> function.invoke(event));
    try {
      InvocationResult result = running.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
      if (result.failed()) {
        message(exchange, 500, "Internal Server Error");
      } else {
        respond(exchange, result.payload());
      }
    } catch (TimeoutException e) {
      message(exchange, 503, "Service Unavailable"); // the function runs on, as on AWS
    } catch (ExecutionException e) {
      boolean throttled = e.getCause() instanceof ThrottledException;
      message(
          exchange,
          throttled ? 503 : 500,
          throttled ? "Service Unavailable" : "Internal Server Error");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      message(exchange, 503, "Service Unavailable");
    }
  }

  private static void respond(HttpExchange exchange, byte[] payload) throws IOException {
    JsonNode answer = parsed(payload);
    if (answer == null) {
      message(exchange, 500, "Internal Server Error");
    } else if (!answer.path("statusCode").isInt()) {
      LocalServer.reply(
          exchange,
          200,
          "application/json",
          answer.isTextual() ? answer.asText() : new String(payload, StandardCharsets.UTF_8));
    } else {
      respond(exchange, answer);
    }
  }

  private static @Nullable JsonNode parsed(byte[] payload) throws IOException {
    try {
      return JSON.readTree(payload);
    } catch (JsonProcessingException e) {
      return null;
    }
  }

  private static void respond(HttpExchange exchange, JsonNode answer) throws IOException {
    answer
        .path("headers")
        .properties()
        .forEach(
            header ->
                exchange.getResponseHeaders().set(header.getKey(), header.getValue().asText()));
    answer
        .path("cookies")
        .forEach(cookie -> exchange.getResponseHeaders().add("set-cookie", cookie.asText()));
    String body = answer.path("body").asText("");
    LocalServer.reply(
        exchange,
        answer.get("statusCode").intValue(),
        answer.path("isBase64Encoded").asBoolean(false)
            ? Base64.getDecoder().decode(body)
            : body.getBytes(StandardCharsets.UTF_8));
  }

  /** An answer of the gateway's own. */
  private static void message(HttpExchange exchange, int status, String text) throws IOException {
    LocalServer.reply(exchange, status, "application/json", "{\"message\":\"" + text + "\"}");
  }
}
