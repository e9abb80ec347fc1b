package dev.warmpool.local.gateway;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import dev.warmpool.local.http.LocalServer;
import dev.warmpool.local.http.OpenHandler;
import dev.warmpool.local.runtime.FunctionRunner;
import dev.warmpool.local.runtime.Functions;
import dev.warmpool.local.runtime.InvocationRequest;
import dev.warmpool.local.runtime.InvocationResult;
import dev.warmpool.local.runtime.ThrottledException;
import dev.warmpool.local.template.RouteDefinition;
import dev.warmpool.local.template.Template;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The template's APIs with API Gateway's behaviour: answers preflights, matches the route, checks
 * the token, invokes the route's function and converts its response. The request is read to its end
 * before it is rejected. Thread-safe.
 */
public final class HttpGateway implements OpenHandler {

  /** API Gateway's limit on a request body, in bytes. */
  private static final int MAX_BODY = 10 * 1024 * 1024;

  /** API Gateway's limit on the request line and all headers, in bytes. */
  private static final int MAX_HEAD = 10_240;

  /** Lambda's limit on an event, in bytes. */
  private static final int MAX_EVENT = 6 * 1024 * 1024;

  private final RouteTable routes;
  private final GatewayResponse notFound;
  private final Optional<Cors> cors;
  private final Optional<JwtAuthorizer> authorizer;
  private final Functions functions;
  private final RequestLog log;
  private final ExecutorService threads;

  /**
   * Creates a gateway to a template's functions.
   *
   * @param authorizer authorizer of all routes that are not open; empty for none
   * @param log notified of every request for which a function was invoked
   * @param threads unbounded executor for invocations
   */
  public HttpGateway(
      Template template,
      Functions functions,
      Optional<JwtAuthorizer> authorizer,
      RequestLog log,
      ExecutorService threads) {
    this.routes = new RouteTable(template.routes());
    this.notFound = notFound(template.routes());
    this.cors = template.cors().map(Cors::new);
    this.authorizer = authorizer;
    this.functions = functions;
    this.log = log;
    this.threads = threads;
  }

  /** A REST API answers a request that has no route as if a token were missing. */
  private static GatewayResponse notFound(List<RouteDefinition> routes) {
    return !routes.isEmpty() && routes.stream().allMatch(route -> route.api().isRest())
        ? GatewayResponse.message(403, "Missing Authentication Token")
        : GatewayResponse.message(404, "Not Found");
  }

  /** The template's CORS settings open the API to pages of some origins. */
  @Override
  public boolean isOpen(HttpExchange exchange) {
    String origin = exchange.getRequestHeaders().getFirst("Origin");
    return origin != null && cors.isPresent() && cors.get().opens(origin);
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    Optional<byte[]> body = LocalServer.body(exchange, MAX_BODY);
    Headers request = exchange.getRequestHeaders();
    String origin = request.getFirst("Origin");
    if (cors.isPresent() && Cors.isPreflight(exchange.getRequestMethod(), request)) {
      cors.get().allow(origin, exchange.getResponseHeaders());
      LocalServer.reply(exchange, 204, new byte[0]);
      return;
    }
    GatewayResponse response = respond(exchange, body);
    exchange.getResponseHeaders().putAll(response.headers());
    cors.ifPresent(policy -> policy.expose(origin, exchange.getResponseHeaders()));
    LocalServer.reply(exchange, response.status(), response.body());
  }

  private GatewayResponse respond(HttpExchange exchange, Optional<byte[]> body) throws IOException {
    if (headSize(exchange) > MAX_HEAD) {
      return GatewayResponse.message(431, "Request Header Fields Too Large");
    }
    Optional<RouteTable.Match> match =
        routes.find(exchange.getRequestMethod(), exchange.getRequestURI().getRawPath());
    if (match.isEmpty()) {
      return notFound;
    }
    if (body.isEmpty()) {
      return GatewayResponse.message(413, "Request Entity Too Large");
    }
    Payload payload = Payload.of(match.get().route().api());
    Optional<Caller> caller = Optional.empty();
    if (authorizer.isPresent() && !match.get().route().open()) {
      JwtAuthorizer.Decision decision =
          authorizer
              .get()
              .check(
                  exchange.getRequestHeaders().getFirst("Authorization"),
                  match.get().route().scopes());
      if (decision.refusal().isPresent()) {
        return decision.refusal().get();
      }
      caller = Optional.of(new Caller(decision.claims(), decision.scopes()));
    }
    return invoke(exchange, match.get(), payload.event(exchange, match.get(), body.get(), caller));
  }

  /** The approximate size on the wire: all parts plus their separators. */
  private static int headSize(HttpExchange exchange) {
    int size =
        exchange.getRequestMethod().length()
            + LocalServer.target(exchange).length()
            + exchange.getProtocol().length()
            + 4;
    for (var header : exchange.getRequestHeaders().entrySet()) {
      for (String value : header.getValue()) {
        size += header.getKey().length() + bytes(value) + 4;
      }
    }
    return size;
  }

  private static int bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1).length;
  }

  private GatewayResponse invoke(HttpExchange exchange, RouteTable.Match match, byte[] event)
      throws IOException {
    if (event.length > MAX_EVENT) {
      return GatewayResponse.message(413, "Request Entity Too Large");
    }
    FunctionRunner function = functions.get(match.route().function());
    Payload payload = Payload.of(match.route().api());
    InvocationRequest request = InvocationRequest.of(event);
    log.arrived(request.id(), exchange.getRequestMethod() + " " + LocalServer.target(exchange));
    Future<InvocationResult> running = threads.submit(() -> function.call(request));
    try {
      InvocationResult result =
          running.get(match.route().timeout().toMillis(), TimeUnit.MILLISECONDS);
      GatewayResponse answer =
          result.failed() ? payload.failed() : payload.response(exchange, result.payload());
      return logged(request.id(), answer);
    } catch (TimeoutException e) {
      return logged(request.id(), payload.timedOut()); // the function continues, as on AWS
    } catch (ExecutionException e) {
      return e.getCause() instanceof ThrottledException
          ? logged(request.id(), payload.throttled())
          : payload.failed();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return GatewayResponse.unavailable();
    }
  }

  private GatewayResponse logged(String id, GatewayResponse answer) {
    log.answered(id, Integer.toString(answer.status()));
    return answer;
  }
}
