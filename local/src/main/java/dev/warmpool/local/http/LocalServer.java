package dev.warmpool.local.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import dev.warmpool.local.Output;
import dev.warmpool.local.StartupException;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.io.OutputStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * An HTTP server on 127.0.0.1 that refuses requests of other origins' pages with 403, except those
 * that an {@link OpenHandler} answers. Its answers to malformed requests are API Gateway's.
 * Thread-safe.
 */
public final class LocalServer implements AutoCloseable {

  private static final int BACKLOG = 256;
  private static final int STOP_MILLIS = 2_000;

  /** Longer than clients keep idle connections, as far as known (60 s in AWS's SDK for Java). */
  private static final Duration RECEIVE_LIMIT = Duration.ofSeconds(90);

  private final EventLoopGroup loop =
      new MultiThreadIoEventLoopGroup(
          1, new DefaultThreadFactory("http", true), NioIoHandler.newFactory());

  private final CompletableFuture<HttpHandler> handler = new CompletableFuture<>();
  private final Connections connections;
  private final Channel listener;

  /**
   * Binds the port; requests wait until {@link #serve}.
   *
   * @param port port to bind; 0 picks a free one
   * @param setting name of the setting that holds the port, for the error message
   * @throws StartupException if the port is in use
   */
  public LocalServer(int port, String setting, ExecutorService threads) {
    this(port, setting, threads, RECEIVE_LIMIT);
  }

  /**
   * As above.
   *
   * @param receiveLimit limit on the wait for a request's head, and then for its body
   */
  public LocalServer(int port, String setting, ExecutorService threads, Duration receiveLimit) {
    this.connections =
        new Connections(exchange -> handler.join().handle(exchange), threads, receiveLimit);
    ChannelFuture bound =
        new ServerBootstrap()
            .group(loop)
            .channel(NioServerSocketChannel.class)
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .option(ChannelOption.AUTO_READ, false)
            .childOption(ChannelOption.AUTO_READ, false)
            .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
            .childHandler(
                new ChannelInitializer<SocketChannel>() {
                  @Override
                  protected void initChannel(SocketChannel channel) {
                    connections.add(channel);
                  }
                })
            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
            .awaitUninterruptibly();
    this.listener = bound.channel();
    if (!bound.isSuccess()) {
      close();
      throw failure(port, setting, bound.cause());
    }
  }

  private static StartupException failure(int port, String setting, Throwable cause) {
    return cause instanceof BindException
        ? new StartupException(
            "port %d is in use: stop the program that listens on it, or set %s (0 picks a free port)"
                .formatted(port, setting),
            cause)
        : new StartupException(
            "cannot listen on 127.0.0.1:" + port + ": " + cause.getMessage(), cause);
  }

  /** Starts to serve all requests with this handler. */
  public void serve(HttpHandler all) {
    serve(Map.of(), all);
  }

  /**
   * Starts to serve requests.
   *
   * @param own handlers by a path's first segment
   * @param rest handler of all other paths
   */
  public void serve(Map<String, HttpHandler> own, HttpHandler rest) {
    handler.complete(
        exchange -> guarded(exchange, own.getOrDefault(segment(exchange.getRequestURI()), rest)));
    listener.config().setAutoRead(true);
  }

  private static String segment(URI uri) {
    String[] segments = String.valueOf(uri.getPath()).split("/", 3);
    return segments.length < 2 ? "" : segments[1];
  }

  private static void guarded(HttpExchange exchange, HttpHandler handler) throws IOException {
    try {
      Optional<String> fault = fault(exchange, handler);
      if (fault.isPresent()) {
        reply(exchange, 403, "application/json", "{\"message\":\"%s\"}".formatted(fault.get()));
      } else {
        handler.handle(exchange);
      }
    } catch (RuntimeException e) {
      Output.line("local | " + target(exchange) + " failed: " + e);
      exchange.getResponseHeaders().clear();
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

  /** Path and query of the request; its URI also has an authority, see {@link RequestTarget}. */
  public static String target(HttpExchange exchange) {
    URI uri = exchange.getRequestURI();
    return uri.getRawPath() + (uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery());
  }

  /** The port that is bound. */
  public int port() {
    return ((InetSocketAddress) listener.localAddress()).getPort();
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

  /** Sends a body with the headers set before; no body, but its length, where HTTP forbids one. */
  public static void reply(HttpExchange exchange, int status, byte[] body) throws IOException {
    boolean empty = body.length == 0 || status == 204 || status == 304;
    exchange.sendResponseHeaders(status, empty ? -1 : body.length);
    if (!empty && !exchange.getRequestMethod().equals("HEAD")) {
      exchange.getResponseBody().write(body);
    }
  }

  @Override
  public void close() {
    listener.close();
    connections.close();
    loop.shutdownGracefully(0, STOP_MILLIS, TimeUnit.MILLISECONDS)
        .awaitUninterruptibly(STOP_MILLIS);
  }
}
