package dev.warmpool.local.http;

import com.sun.net.httpserver.HttpHandler;
import dev.warmpool.local.Output;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.TooLongFrameException;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Reads one request after another from a connection, each whole, and has it handled by a thread
 * that may block. A malformed request gets API Gateway's answer and ends the connection. Confined
 * to the connection's event loop.
 */
final class Connection extends SimpleChannelInboundHandler<HttpObject> {

  /** For a client that still sends: closing before it has read the answer would reset it. */
  private static final Duration LINGER = Duration.ofSeconds(2);

  private final HttpHandler handler;
  private final ExecutorService threads;
  private final Duration receiveLimit;
  private final RequestBody body = new RequestBody();
  private final Queue<HttpObject> early = new ArrayDeque<>();
  private @Nullable HttpRequest head;
  private @Nullable Future<?> alarm;
  private boolean busy;
  private boolean ending;
  private boolean inputEnded;

  Connection(HttpHandler handler, ExecutorService threads, Duration receiveLimit) {
    this.handler = handler;
    this.threads = threads;
    this.receiveLimit = receiveLimit;
  }

  @Override
  public void channelActive(ChannelHandlerContext context) {
    await(context);
  }

  private void closeAfter(ChannelHandlerContext context, Duration limit) {
    stopAlarm();
    alarm =
        context.executor().schedule(() -> context.close(), limit.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void stopAlarm() {
    if (alarm != null) {
      alarm.cancel(false);
    }
  }

  /** A client may send its next requests before the response; they wait. */
  @Override
  protected void channelRead0(ChannelHandlerContext context, HttpObject message) {
    if (busy) {
      early.add(ReferenceCountUtil.retain(message));
    } else {
      receive(context, message);
    }
  }

  private void receive(ChannelHandlerContext context, HttpObject message) {
    if (!ending && message.decoderResult().isFailure()) {
      refuse(context, message.decoderResult().cause());
    } else if (!ending) {
      add(context, message);
    }
    if (!busy) {
      context.read();
    }
  }

  private void add(ChannelHandlerContext context, HttpObject message) {
    if (message instanceof HttpRequest request) {
      head = request;
      closeAfter(context, receiveLimit);
      if (HttpUtil.is100ContinueExpected(request)) {
        context.writeAndFlush(
            new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE));
      }
    }
    if (message instanceof HttpContent content) {
      body.add(content.content());
    }
    if (message instanceof LastHttpContent && head != null) {
      complete(context, head);
    }
  }

  private void complete(ChannelHandlerContext context, HttpRequest request) {
    head = null;
    Optional<ServerExchange> exchange =
        ServerExchange.of(
            context.channel(),
            request,
            body.take(),
            () -> answered(context, HttpUtil.isKeepAlive(request)));
    if (exchange.isEmpty()) {
      refuse(context, null);
      return;
    }
    stopAlarm();
    busy = true;
    threads.execute(() -> handle(exchange.get()));
  }

  private void handle(ServerExchange exchange) {
    try (exchange) {
      handler.handle(exchange);
    } catch (IOException e) {
      // the client has gone
    } catch (RuntimeException e) {
      Output.line("local | " + LocalServer.target(exchange) + " failed: " + e);
    }
  }

  /** The response has been written, so the next request may come. */
  private void answered(ChannelHandlerContext context, boolean keepAlive) {
    busy = false;
    if (!keepAlive) {
      context.close();
    } else if (context.channel().isActive()) {
      await(context);
    }
  }

  private void await(ChannelHandlerContext context) {
    closeAfter(context, receiveLimit);
    while (!busy && !early.isEmpty()) {
      HttpObject message = early.remove();
      receive(context, message);
      ReferenceCountUtil.release(message);
    }
    if (!busy && inputEnded) {
      context.close();
    } else if (!busy) {
      context.read();
    }
  }

  private void refuse(ChannelHandlerContext context, @Nullable Throwable cause) {
    ending = true;
    HttpResponseStatus status =
        cause instanceof TooLongFrameException
            ? HttpResponseStatus.REQUEST_HEADER_FIELDS_TOO_LARGE
            : HttpResponseStatus.BAD_REQUEST;
    byte[] message =
        "{\"message\":\"%s\"}".formatted(status.reasonPhrase()).getBytes(StandardCharsets.UTF_8);
    DefaultFullHttpResponse response =
        new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, status, Unpooled.wrappedBuffer(message));
    response
        .headers()
        .set(HttpHeaderNames.CONTENT_TYPE, "application/json")
        .set(HttpHeaderNames.CONTENT_LENGTH, message.length)
        .set(HttpHeaderNames.CONNECTION, "close");
    closeAfter(context, LINGER);
    context
        .writeAndFlush(response)
        .addListener(done -> ((SocketChannel) context.channel()).shutdownOutput());
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext context, Object event) {
    if (event instanceof ChannelInputShutdownEvent) {
      inputEnded = true;
      if (!busy) {
        context.close(); // what was written before is sent
      }
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext context) {
    stopAlarm();
    early.forEach(ReferenceCountUtil::release);
    early.clear();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
    context.close(); // the client has reset the connection or reads too slowly
  }
}
