package dev.warmpool.local.runtime;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.warmpool.local.http.LocalServer;
import dev.warmpool.local.http.OriginCheck;
import dev.warmpool.local.runtime.InvocationReport.Outcome;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * Lambda's Runtime API for one process, on a port of its own: the process asks for its next event
 * and posts the response or the error. Any user of this machine can reach the port, so the address
 * that the process gets holds a secret, and requests without it are refused. Thread-safe.
 */
final class RuntimeApi implements AutoCloseable {

  /** Lambda's limit on a response, in bytes: 6 MB and 100. */
  static final int MAX_PAYLOAD = 6 * 1024 * 1024 + 100;

  private static final String VERSION = "/2018-06-01/runtime/";

  /** Random by {@code SecureRandom}; runtime clients append their paths to the address. */
  private final String secret = "/" + UUID.randomUUID();

  private final HttpServer server;
  private final String arn;
  private final CompletableFuture<Listener> listener = new CompletableFuture<>();
  private final CompletableFuture<Void> restore = new CompletableFuture<>();
  private final BlockingQueue<Invocation> events = new LinkedBlockingQueue<>();

  /** The requests of the process. Called on threads of the server. */
  interface Listener {

    /** The process has initialised and waits to be restored: a snapshot can be taken. */
    void checkpointed();

    /** The process asks for the next event, so its previous invocation is over. */
    void ready();

    /** The process posted an invocation's response or error. */
    void responded(String id, Invocation.Response response);

    /** The init phase or the restore failed. */
    void failed(byte[] error);
  }

  RuntimeApi(ExecutorService threads, String arn) throws IOException {
    this.arn = arn;
    this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(threads);
    server.createContext("/", this::guarded);
    server.start();
  }

  /** Sets the listener; requests that came before wait for it. */
  void serve(Listener target) {
    listener.complete(target);
  }

  /** Host, port and secret, for the variable {@code AWS_LAMBDA_RUNTIME_API}. */
  String address() {
    return "127.0.0.1:" + server.getAddress().getPort() + secret;
  }

  /** Lets a process that waits at its checkpoint continue. */
  void restore() {
    restore.complete(null);
  }

  /** Queues an invocation for the process's next request. */
  void send(Invocation invocation) {
    events.add(invocation);
  }

  private void guarded(HttpExchange exchange) throws IOException {
    String path = String.valueOf(exchange.getRequestURI().getPath());
    String base = secret + VERSION;
    if (path.startsWith(base) && OriginCheck.fault(exchange).isEmpty()) {
      handle(exchange, path.substring(base.length()));
      return;
    }
    try (exchange) {
      LocalServer.body(exchange, 0);
      reply(exchange, 403, "{\"errorType\":\"Forbidden\"}");
    }
  }

  private void handle(HttpExchange exchange, String path) throws IOException {
    try (exchange) {
      String[] parts = path.split("/");
      if (path.equals("invocation/next")) {
        next(exchange);
      } else if (path.equals("restore/next")) {
        restoreNext(exchange);
      } else if (path.equals("init/error") || path.equals("restore/error")) {
        listener.join().failed(exchange.getRequestBody().readAllBytes());
        accept(exchange);
      } else if (parts.length == 3 && parts[0].equals("invocation")) {
        responded(exchange, parts[1], parts[2].equals("error"));
      } else {
        reply(exchange, 404, "{\"errorType\":\"NotFound\"}");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void restoreNext(HttpExchange exchange) throws IOException {
    listener.join().checkpointed();
    restore.join();
    exchange.sendResponseHeaders(200, -1);
  }

  private void next(HttpExchange exchange) throws IOException, InterruptedException {
    listener.join().ready();
    Invocation invocation = events.take();
    var headers = exchange.getResponseHeaders();
    headers.set("Content-Type", "application/json"); // without it the native client crashes
    headers.set("Lambda-Runtime-Aws-Request-Id", invocation.id());
    headers.set("Lambda-Runtime-Deadline-Ms", Long.toString(invocation.deadline().toEpochMilli()));
    headers.set("Lambda-Runtime-Invoked-Function-Arn", arn);
    headers.set("Lambda-Runtime-Trace-Id", "Root=1-00000000-" + invocation.id().substring(0, 8));
    InvocationRequest request = invocation.request();
    request.clientContext().ifPresent(json -> headers.set("Lambda-Runtime-Client-Context", json));
    request.tenant().ifPresent(tenant -> headers.set("Lambda-Runtime-Aws-Tenant-Id", tenant));
    exchange.sendResponseHeaders(200, request.payload().length);
    exchange.getResponseBody().write(request.payload());
  }

  private void responded(HttpExchange exchange, String id, boolean failed) throws IOException {
    byte[] payload = exchange.getRequestBody().readAllBytes();
    if (payload.length > MAX_PAYLOAD) {
      listener.join().responded(id, LambdaErrors.tooLarge(payload.length));
      reply(exchange, 413, "{\"errorType\":\"RequestEntityTooLarge\"}");
      return;
    }
    listener
        .join()
        .responded(
            id, new Invocation.Response(payload, failed ? Outcome.FAILED : Outcome.SUCCEEDED));
    accept(exchange);
  }

  private static void accept(HttpExchange exchange) throws IOException {
    reply(exchange, 202, "{\"status\":\"OK\"}");
  }

  private static void reply(HttpExchange exchange, int status, String json) throws IOException {
    byte[] body = json.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, body.length);
    exchange.getResponseBody().write(body);
  }

  @Override
  public void close() {
    restore.complete(null);
    server.stop(0);
  }
}
