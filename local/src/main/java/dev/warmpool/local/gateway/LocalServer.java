package dev.warmpool.local.gateway;

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

/** An HTTP server on 127.0.0.1. Thread-safe. */
public final class LocalServer implements AutoCloseable {

  private static final int BACKLOG = 256;

  private final HttpServer server;

  /**
   * Takes the port; answers nothing before {@link #serve}.
   *
   * @param port 0 for a free one
   * @param setting that says which port
   * @throws StartupException where the port is taken
   */
  public LocalServer(int port, String setting, ExecutorService threads) {
    try {
      server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), BACKLOG);
    } catch (BindException e) {
      throw new StartupException(
          "port %d is taken: end what listens there, or set %s (0 picks a free port)"
              .formatted(port, setting),
          e);
    } catch (IOException e) {
      throw new StartupException("cannot listen on 127.0.0.1:" + port + ": " + e.getMessage(), e);
    }
    server.setExecutor(threads);
  }

  /** Answers everything by this handler from now on. */
  public void serve(HttpHandler handler) {
    serve(Map.of(), handler);
  }

  /**
   * Answers from now on.
   *
   * @param own handlers of paths by their first segment
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
      handler.handle(exchange);
    } catch (RuntimeException e) {
      Output.line("local | " + exchange.getRequestURI() + " failed: " + e);
      reply(exchange, 500, "application/json", "{\"message\":\"Internal Server Error\"}");
    }
  }

  /** Its port. */
  public int port() {
    return server.getAddress().getPort();
  }

  /**
   * Reads the body whole, so that one who still sends it gets the answer, too.
   *
   * @return empty where it is larger than the limit in bytes
   */
  public static Optional<byte[]> body(HttpExchange exchange, int limit) throws IOException {
    byte[] body = exchange.getRequestBody().readNBytes(limit + 1);
    exchange.getRequestBody().transferTo(OutputStream.nullOutputStream());
    return body.length > limit ? Optional.empty() : Optional.of(body);
  }

  /** Answers with a text of this type. */
  public static void reply(HttpExchange exchange, int status, String type, String text)
      throws IOException {
    exchange.getResponseHeaders().set("Content-Type", type);
    reply(exchange, status, text.getBytes(StandardCharsets.UTF_8));
  }

  /** Answers with what the headers describe; nothing of it where HTTP allows no body. */
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
