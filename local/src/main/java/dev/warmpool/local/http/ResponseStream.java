package dev.warmpool.local.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import java.io.IOException;
import java.io.OutputStream;

/** Writes a response's body; each write waits until the client takes it. For one thread. */
final class ResponseStream extends OutputStream {

  private final Channel channel;
  private final Runnable answered;
  private boolean ended;

  ResponseStream(Channel channel, Runnable answered) {
    this.channel = channel;
    this.answered = answered;
  }

  /** Sends the head, with the first part of the body. */
  void begin(HttpResponse head) {
    channel.write(head);
  }

  @Override
  public void write(int next) throws IOException {
    write(new byte[] {(byte) next}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    ChannelFuture written =
        channel.writeAndFlush(new DefaultHttpContent(Unpooled.copiedBuffer(bytes, offset, length)));
    if (!written.awaitUninterruptibly().isSuccess()) {
      throw new IOException("the client has gone", written.cause());
    }
  }

  /** Ends the response. Idempotent. */
  @Override
  public void close() {
    if (!ended && channel.isActive()) { // else its event loop may have ended, too
      ended = true;
      channel
          .writeAndFlush(LastHttpContent.EMPTY_LAST_CONTENT)
          .addListener(written -> answered.run());
    }
  }
}
