package dev.warmpool.local.http;

import com.sun.net.httpserver.HttpHandler;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.timeout.WriteTimeoutHandler;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;

/** A server's open connections. Thread-safe. */
final class Connections implements AutoCloseable {

  private static final int MAX_OPEN = 1_000;

  /** More than API Gateway's limit on both, which the gateway checks. */
  private static final int MAX_LINE = 64 * 1024;

  private static final int MAX_HEADERS = 64 * 1024;

  private final ChannelGroup open = new DefaultChannelGroup(ImmediateEventExecutor.INSTANCE);
  private final HttpHandler handler;
  private final ExecutorService threads;
  private final Duration receiveLimit;

  /**
   * Creates an empty set.
   *
   * @param handler handles each request, and may block
   * @param threads unbounded executor for the handler
   * @param receiveLimit limit on the wait for a request's head, and then for its body
   */
  Connections(HttpHandler handler, ExecutorService threads, Duration receiveLimit) {
    this.handler = handler;
    this.threads = threads;
    this.receiveLimit = receiveLimit;
  }

  void add(SocketChannel channel) {
    if (open.size() >= MAX_OPEN) {
      channel.close();
      return;
    }
    open.add(channel);
    channel
        .pipeline()
        .addLast(
            new WriteTimeoutHandler(receiveLimit.toMillis(), TimeUnit.MILLISECONDS),
            new HttpServerCodec(
                new HttpDecoderConfig()
                    .setMaxInitialLineLength(MAX_LINE)
                    .setMaxHeaderSize(MAX_HEADERS)),
            new Connection(handler, threads, receiveLimit));
  }

  @Override
  public void close() {
    open.close();
  }
}
