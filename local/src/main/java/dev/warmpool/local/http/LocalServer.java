package dev.warmpool.local.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import dev.warmpool.local.Output;
import dev.warmpool.local.StartupException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;

/**
 * An HTTP server on 127.0.0.1 that refuses requests of other origins' pages with 403, except those
 * that an {@link OpenHandler} answers. Thread-safe.
 */
public final class LocalServer implements AutoCloseable {

  private static final int BACKLOG = 256;

  private final HttpServer server;

  /**
   * Binds the port; requests wait until {@link #serve}.
   *
   * @param port port to bind; 0 picks a free one
   * @param setting name of the setting that holds the port, for the error message
   * @throws StartupException if the port is in use
   */
  public LocalServer(int port, String setting, ExecutorService threads) {
    try {
      server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), BACKLOG);
    } catch (BindException e) {
      throw new StartupException(
          "port %d is in use: stop the program that listens on it, or set %s (0 picks a free port)"
              .formatted(port, setting),
          e);
    } catch (IOException e) {
      throw new StartupException("cannot listen on 127.0.0.1:" + port + ": " + e.getMessage(), e);
    }
    server.setExecutor(threads);
  }

  /** Starts to serve all requests with this handler. */
  public void serve(HttpHandler handler) {
    serve(Map.of(), handler);
  }

  /**
   * Starts to serve requests.
   *
   * @param own handlers by a path's first segment
   * @param rest handler of all other paths
   */
  public void serve(Map<String, HttpHandler> own, HttpHandler rest) {
    server.createContext(
        "/",
        exchange -> guarded(exchange, own.getOrDefault(segment(exchange.getRequestURI()), rest)));
    server.start();
  }

  private static String segment(URI uri) {
    String[] segments = String.valueOf(uri.getPath()).split("/", 3);
    return segments.length < 2 ? "" : segments[1];
  }

  private static void guarded(HttpExchange exchange, HttpHandler handler) throws IOException {
    try (exchange) {
      Optional<String> fault = fault(exchange, handler);
      if (fault.isPresent()) {
        body(exchange, 0);
        reply(exchange, 403, "application/json", "{\"message\":\"%s\"}".formatted(fault.get()));
      } else {
        handler.handle(exchange);
      }
    } catch (RuntimeException e) {
      Output.line("local | " + exchange.getRequestURI() + " failed: " + e);
      reply(exchange, 500, "application/json", "{\"message\":\"Internal Server Error\"}");
    }
  }

  private static Optional<String> fault(HttpExchange exchange, HttpHandler handler) {
    boolean open =
        handler instanceof OpenHandler some
            && OriginCheck.isAddressed(exchange)
            && some.isOpen(exchange);
    return open ? Optional.empty() : OriginCheck.fault(exchange);
  }

  /** The port that is bound. */
  public int port() {
    return server.getAddress().getPort();
  }

  /**
   * Reads the body to its end, because a client that still sends would not read the response.
   *
   * @param limit limit in bytes
   * @return the body; empty if it is larger than the limit
   */
  public static Optional<byte[]> body(HttpExchange exchange, int limit) throws IOException {
    byte[] body = exchange.getRequestBody().readNBytes(limit + 1);
    exchange.getRequestBody().transferTo(OutputStream.nullOutputStream());
    return body.length > limit ? Optional.empty() : Optional.of(body);
  }

  /** Sends a text of this content type. */
  public static void reply(HttpExchange exchange, int status, String type, String text)
      throws IOException {
    exchange.getResponseHeaders().set("Content-Type", type);
    reply(exchange, status, text.getBytes(StandardCharsets.UTF_8));
  }

  /** Sends a body with the headers set before; no body where HTTP forbids one. */
  public static void reply(HttpExchange exchange, int status, byte[] body) throws IOException {
    boolean bare =
        exchange.getRequestMethod().equals("HEAD")
            || body.length == 0
            || status == 204
            || status == 304;
    exchange.sendResponseHeaders(status, bare ? -1 : body.length);
    if (!bare) {
      exchange.getResponseBody().write(body);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
