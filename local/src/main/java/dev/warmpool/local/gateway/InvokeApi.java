package dev.warmpool.local.gateway;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import dev.warmpool.local.http.LocalServer;
import dev.warmpool.local.runtime.FunctionRunner;
import dev.warmpool.local.runtime.Functions;
import dev.warmpool.local.runtime.InvocationRequest;
import dev.warmpool.local.runtime.InvocationResult;
import dev.warmpool.local.runtime.ThrottledException;
import java.io.IOException;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The part of Lambda's Invoke API that the AWS CLI and SDKs use. A function is named by its logical
 * id or an ARN, each with or without {@code $LATEST} or the alias of the template. Thread-safe.
 */
public final class InvokeApi implements HttpHandler {

  private static final Pattern PATH = Pattern.compile("/2015-03-31/functions/(.+)/invocations");
  private static final String REQUEST_ID = "x-amzn-RequestId";
  private static final String LATEST = "$LATEST";
  private static final byte[] EMPTY_EVENT = {'{', '}'};
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  /** Lambda's limit on an event, in bytes. */
  private static final int MAX_EVENT = 6 * 1024 * 1024;

  /** Lambda's limit on an asynchronous event, in bytes. */
  private static final int MAX_ASYNCHRONOUS_EVENT = 1024 * 1024;

  private final Functions functions;
  private final AsynchronousInvocations asynchronous;

  /** Creates the API of these functions. */
  public InvokeApi(Functions functions, AsynchronousInvocations asynchronous) {
    this.functions = functions;
    this.asynchronous = asynchronous;
  }

  @Override
  public void handle(HttpExchange exchange) throws IOException {
    Optional<byte[]> body = LocalServer.body(exchange, MAX_EVENT);
    String id = UUID.randomUUID().toString();
    exchange.getResponseHeaders().set(REQUEST_ID, id);
    try {
      FunctionRunner function = function(exchange);
      byte[] event = event(exchange, body);
      invoke(
          exchange,
          function,
          new InvocationRequest(
              id,
              event,
              InvokeContext.client(exchange),
              InvokeContext.tenant(exchange, function.function())));
    } catch (InvokeFault e) {
      error(exchange, e);
    } catch (ThrottledException e) {
      error(
          exchange,
          new InvokeFault(429, "TooManyRequestsException", String.valueOf(e.getMessage())));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      error(exchange, new InvokeFault(503, "ServiceException", "The runner is shutting down"));
    }
  }

  private FunctionRunner function(HttpExchange exchange) {
    Matcher path = PATH.matcher(exchange.getRequestURI().getPath());
    if (!path.matches() || !exchange.getRequestMethod().equals("POST")) {
      throw new InvokeFault(404, "UnknownOperationException", "Only Invoke is supported");
    }
    InvokeTarget target = InvokeTarget.of(path.group(1), exchange.getRequestURI().getRawQuery());
    FunctionRunner function =
        functions.find(target.name()).orElseThrow(() -> InvokeFault.notFound(path.group(1)));
    if (!target.qualifier().stream()
        .allMatch(
            name ->
                name.equals(LATEST)
                    || function.function().calling().alias().filter(name::equals).isPresent())) {
      throw InvokeFault.notFound(
          "arn:aws:lambda:us-east-1:123456789012:function:%s:%s"
              .formatted(target.name(), target.qualifier().orElseThrow()));
    }
    return function;
  }

  private static byte[] event(HttpExchange exchange, Optional<byte[]> body) throws IOException {
    byte[] event = body.filter(bytes -> bytes.length > 0).orElse(EMPTY_EVENT);
    int limit = type(exchange).equals("Event") ? MAX_ASYNCHRONOUS_EVENT : MAX_EVENT;
    if (body.isEmpty() || event.length > limit) {
      throw new InvokeFault(
          413,
          "RequestTooLargeException",
          "Request must be smaller than %d bytes for the InvokeFunction operation"
              .formatted(limit));
    }
    try {
      JSON.readTree(event);
      return event;
    } catch (JsonProcessingException e) {
      throw InvokeFault.content("Could not parse request body into json");
    }
  }

  private static String type(HttpExchange exchange) {
    String type = exchange.getRequestHeaders().getFirst("X-Amz-Invocation-Type");
    return type == null ? "RequestResponse" : type;
  }

  private void invoke(HttpExchange exchange, FunctionRunner function, InvocationRequest request)
      throws IOException, InterruptedException {
    String type = type(exchange);
    switch (type) {
      case "RequestResponse" -> respond(exchange, function.call(request));
      case "DryRun" -> LocalServer.reply(exchange, 204, new byte[0]);
      case "Event" -> {
        String id = asynchronous.accept(function.function().name(), "event", request.payload());
        exchange.getResponseHeaders().set(REQUEST_ID, id);
        LocalServer.reply(exchange, 202, new byte[0]);
      }
      default ->
          throw InvokeFault.parameter(
              "X-Amz-Invocation-Type is " + type + ": must be RequestResponse, Event or DryRun");
    }
  }

  private static void respond(HttpExchange exchange, InvocationResult result) throws IOException {
    if (result.failed()) {
      exchange.getResponseHeaders().set("X-Amz-Function-Error", "Unhandled");
    }
    if ("Tail".equals(exchange.getRequestHeaders().getFirst("X-Amz-Log-Type"))) {
      String tail = Base64.getEncoder().encodeToString(result.logTail());
      exchange.getResponseHeaders().set("X-Amz-Log-Result", tail);
    }
    exchange.getResponseHeaders().set("X-Amz-Executed-Version", LATEST);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    LocalServer.reply(exchange, 200, result.payload());
  }

  private static void error(HttpExchange exchange, InvokeFault fault) throws IOException {
    exchange.getResponseHeaders().set("x-amzn-errortype", fault.type());
    LocalServer.reply(
        exchange,
        fault.status(),
        "application/json",
        JSON.createObjectNode().put("Type", "User").put("Message", fault.getMessage()).toString());
  }
}
