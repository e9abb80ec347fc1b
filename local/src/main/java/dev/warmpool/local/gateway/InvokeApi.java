package dev.warmpool.local.gateway;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import dev.warmpool.local.http.LocalServer;
import dev.warmpool.local.runtime.FunctionRunner;
import dev.warmpool.local.runtime.Functions;
import dev.warmpool.local.runtime.InvocationResult;
import dev.warmpool.local.runtime.ThrottledException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The part of Lambda's Invoke API that the AWS CLI and SDKs use. A function is named by its logical
 * id or an ARN, each with or without an alias. Thread-safe.
 */
public final class InvokeApi implements HttpHandler {

  private static final Pattern PATH = Pattern.compile("/2015-03-31/functions/(.+)/invocations");
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
    Optional<byte[]> read = LocalServer.body(exchange, MAX_EVENT);
    Matcher path = PATH.matcher(exchange.getRequestURI().getPath());
    if (!path.matches() || !exchange.getRequestMethod().equals("POST")) {
      error(exchange, 404, "UnknownOperationException", "Only Invoke is supported");
      return;
    }
    Optional<FunctionRunner> function = functions.find(name(path.group(1)));
    byte[] event = read.filter(body -> body.length > 0).orElse(EMPTY_EVENT);
    if (function.isEmpty()) {
      error(exchange, 404, "ResourceNotFoundException", "Function not found: " + path.group(1));
    } else if (read.isEmpty() || event.length > limit(exchange)) {
      error(
          exchange,
          413,
          "RequestTooLargeException",
          "Request must be smaller than "
              + limit(exchange)
              + " bytes for the InvokeFunction"
              + " operation");
    } else if (!isJson(event)) {
      error(
          exchange,
          400,
          "InvalidRequestContentException",
          "Could not parse request body into json");
    } else {
      invoke(exchange, function.get(), event);
    }
  }

  private static int limit(HttpExchange exchange) {
    return type(exchange).equals("Event") ? MAX_ASYNCHRONOUS_EVENT : MAX_EVENT;
  }

  private static String type(HttpExchange exchange) {
    String type = exchange.getRequestHeaders().getFirst("X-Amz-Invocation-Type");
    return type == null ? "RequestResponse" : type;
  }

  /**
   * Extracts the logical id from {@code arn:aws:lambda:REGION:ACCOUNT:function:NAME}, {@code
   * ACCOUNT:function:NAME} or {@code NAME}, each with or without {@code :ALIAS}.
   */
  private static String name(String text) {
    String[] parts = text.split(":");
    int function = Arrays.asList(parts).indexOf("function");
    boolean qualified = function > 0 && function + 1 < parts.length;
    return parts[qualified ? function + 1 : 0];
  }

  private static boolean isJson(byte[] body) throws IOException {
    try {
      JSON.readTree(body);
      return true;
    } catch (JsonProcessingException e) {
      return false;
    }
  }

  private void invoke(HttpExchange exchange, FunctionRunner function, byte[] event)
      throws IOException {
    String type = type(exchange);
    switch (type) {
      case "RequestResponse" -> respond(exchange, function, event);
      case "DryRun" -> LocalServer.reply(exchange, 204, new byte[0]);
      case "Event" -> {
        String id = asynchronous.accept(function.function().name(), "event", event);
        exchange.getResponseHeaders().set("x-amzn-RequestId", id);
        LocalServer.reply(exchange, 202, new byte[0]);
      }
      default ->
          error(
              exchange,
              400,
              "InvalidParameterValueException",
              "X-Amz-Invocation-Type is " + type + ": must be RequestResponse, Event or DryRun");
    }
  }

  private static void respond(HttpExchange exchange, FunctionRunner function, byte[] event)
      throws IOException {
    try {
      InvocationResult result = function.invoke(event);
      if (result.failed()) {
        exchange.getResponseHeaders().set("X-Amz-Function-Error", "Unhandled");
      }
      if ("Tail".equals(exchange.getRequestHeaders().getFirst("X-Amz-Log-Type"))) {
        String tail = Base64.getEncoder().encodeToString(result.logTail());
        exchange.getResponseHeaders().set("X-Amz-Log-Result", tail);
      }
      exchange.getResponseHeaders().set("X-Amz-Executed-Version", "$LATEST");
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      LocalServer.reply(exchange, 200, result.payload());
    } catch (ThrottledException e) {
      error(exchange, 429, "TooManyRequestsException", String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      error(exchange, 503, "ServiceException", "The runner is shutting down");
    }
  }

  private static void error(HttpExchange exchange, int status, String type, String message)
      throws IOException {
    exchange.getResponseHeaders().set("x-amzn-errortype", type);
    byte[] body =
        JSON.createObjectNode()
            .put("Type", "User")
            .put("Message", message)
            .toString()
            .getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    LocalServer.reply(exchange, status, body);
  }
}
