package dev.warmpool.session.internal.loop;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.ssl.SslHandler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import reactor.netty.NettyPipeline;
import reactor.netty.resources.LoopResources;

/**
 * The sockets of one attempt to connect. The driver hands out a connection only when the server has
 * answered, and cannot close a socket before; these can be looked at and closed at any time.
 * Thread-safe.
 */
public final class AttemptSockets {

  /** At its end the selector has run. */
  private static final Duration TURN = Duration.ofMillis(1);

  private final EventLoops loops;
  private final List<Channel> channels = new ArrayList<>(1);
  private final Answers answers = new Answers();
  private volatile @Nullable Channel latest;
  private boolean settled;
  private boolean closed;

  AttemptSockets(EventLoops loops) {
    this.loops = loops;
  }

  /** The loop resources for the driver to use in this attempt. */
  public LoopResources resources() {
    return new Resources(this, loops.resources());
  }

  /**
   * Notes each channel of the attempt. Equal to all that have the same delegate, since
   * reactor-netty keeps one resolver for each hash code that it is given.
   */
  private record Resources(AttemptSockets attempt, LoopResources delegate)
      implements LoopResources {

    @Override
    public EventLoopGroup onServer(boolean useNative) {
      return delegate.onServer(useNative);
    }

    @Override
    public EventLoopGroup onClient(boolean useNative) {
      return delegate.onClient(useNative);
    }

    @Override
    public <C extends Channel> C onChannel(Class<C> type, EventLoopGroup group) {
      attempt.requireNotClosed();
      return attempt.noted(delegate.onChannel(type, group));
    }

    @Override
    public <C extends Channel> Class<? extends C> onChannelClass(
        Class<C> type, EventLoopGroup group) {
      return delegate.onChannelClass(type, group);
    }

    @Override
    public boolean daemon() {
      return delegate.daemon();
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Resources resources && resources.delegate.equals(delegate);
    }

    @Override
    public int hashCode() {
      return delegate.hashCode();
    }
  }

  /** Counts what the server sends. */
  @ChannelHandler.Sharable // the sockets of an attempt are opened one after another
  private static final class Answers extends ChannelInboundHandlerAdapter {

    private volatile int count;

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
      count++; // on one thread
      context.fireChannelRead(message);
    }
  }

  private synchronized void requireNotClosed() {
    if (closed) {
      throw new IllegalStateException("the attempt to connect was given up");
    }
  }

  /** A channel that is created after the attempt was given up is closed at once. */
  private <C extends Channel> C noted(C channel) {
    boolean late;
    synchronized (this) {
      late = closed;
      if (!settled) {
        channels.add(channel);
        if (channel instanceof SocketChannel) {
          latest = channel;
          channel.pipeline().addFirst(answers);
        }
      }
    }
    if (late) {
      close();
    }
    return channel;
  }

  /** Whether a socket was created, so that the password is known. */
  public boolean isBegun() {
    return latest != null;
  }

  /** Whether a socket was created and is not closed. */
  public boolean isOpen() {
    Channel channel = latest;
    return channel != null && channel.isOpen();
  }

  /** Whether the TCP connection is established. */
  public boolean isConnected() {
    Channel channel = latest;
    return channel != null && channel.isActive();
  }

  /** Whether the TLS handshake has ended. */
  public boolean isEncrypted() {
    Channel channel = latest;
    SslHandler tls = channel == null ? null : channel.pipeline().get(SslHandler.class);
    return tls != null && tls.handshakeFuture().isSuccess();
  }

  /** How often the server has sent something. */
  public int answers() {
    return answers.count;
  }

  /** Runs a task on the thread that does the attempt's work, behind the input that it handles. */
  public void run(Runnable task) {
    Channel channel = latest;
    if (channel == null || !channel.isRegistered() || channel.eventLoop().inEventLoop()) {
      loops.connect(task);
    } else {
      channel.eventLoop().execute(task);
    }
  }

  /**
   * Lets commands be sent past the driver, which has connected.
   *
   * @param errors makes an error from an SQLSTATE and a message
   */
  public WireCommands commands(BiFunction<String, String, ? extends Throwable> errors) {
    Channel channel = Objects.requireNonNull(latest, "no socket was created");
    WireCommands commands = new WireCommands(errors);
    channel.pipeline().addBefore(NettyPipeline.ReactiveBridge, null, commands);
    return commands;
  }

  /** Forgets the sockets: the connection belongs to its user. */
  public void settle() {
    Channel channel = latest;
    synchronized (this) {
      settled = true;
      channels.clear();
      latest = null;
    }
    if (channel != null && channel.pipeline().context(answers) != null) {
      channel.pipeline().remove(answers);
    }
  }

  /** Closes the sockets; from then on none is opened. */
  public void close() {
    List<Channel> open;
    synchronized (this) {
      closed = true;
      open = List.copyOf(channels);
      channels.clear();
    }
    open.forEach(
        channel -> {
          loops.hold();
          loops.connect(() -> close(channel)); // behind its registration
        });
  }

  /**
   * Closes at once: a TLS close would wait for the peer to take its last message. The loop is held
   * for one more turn, since the JDK keeps the socket of a channel until its selector runs again.
   */
  private void close(Channel channel) {
    if (channel.isRegistered()) {
      channel.closeFuture().addListener(ended -> loops.in(TURN, loops::release));
      channel.eventLoop().execute(() -> channel.unsafe().close(channel.voidPromise()));
    } else {
      channel.unsafe().closeForcibly();
      loops.release();
    }
  }
}
