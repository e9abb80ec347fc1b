package dev.warmpool.session.internal.loop;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPromise;
import io.netty.channel.DefaultChannelPromise;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.IoHandle;
import io.netty.channel.IoHandler;
import io.netty.channel.IoRegistration;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.AbstractScheduledEventExecutor;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The part of an event loop that does not depend on which thread runs it: channels are registered
 * with the JDK's selector, and the loop lasts as long as the process.
 */
@SuppressWarnings("deprecation") // Netty's interfaces still declare deprecated methods
abstract class SelectorEventLoop extends AbstractScheduledEventExecutor implements IoEventLoop {

  private final IoHandler io = NioIoHandler.newFactory().newHandler(this);

  /** Waits for the channels' events and handles them. */
  final IoHandler io() {
    return io;
  }

  @Override
  public final IoEventLoop next() {
    return this;
  }

  @Override
  public final @Nullable IoEventLoopGroup parent() {
    return null;
  }

  @Override
  public final Future<IoRegistration> register(IoHandle handle) {
    Promise<IoRegistration> registered = newPromise();
    if (inEventLoop()) {
      register(handle, registered);
    } else {
      execute(() -> register(handle, registered));
    }
    return registered;
  }

  private void register(IoHandle handle, Promise<IoRegistration> registered) {
    try {
      registered.setSuccess(io.register(handle));
    } catch (Exception e) {
      registered.setFailure(e);
    }
  }

  @Override
  public final ChannelFuture register(Channel channel) {
    return register(new DefaultChannelPromise(channel, this));
  }

  @Override
  public final ChannelFuture register(ChannelPromise registered) {
    return register(registered.channel(), registered);
  }

  @Override
  public final ChannelFuture register(Channel channel, ChannelPromise registered) {
    channel.unsafe().register(this, registered);
    return registered;
  }

  @Override
  public final boolean isCompatible(Class<? extends IoHandle> handle) {
    return io.isCompatible(handle);
  }

  @Override
  public final boolean isIoType(Class<? extends IoHandler> handler) {
    return handler.isInstance(io);
  }

  @Override
  public final Future<?> terminationFuture() {
    return newFailedFuture(new UnsupportedOperationException("it ends with the process"));
  }

  @Override
  public final Future<?> shutdownGracefully(long quietPeriod, long timeout, TimeUnit unit) {
    return terminationFuture();
  }

  @Override
  public final void shutdown() {}

  @Override
  public final boolean isShuttingDown() {
    return false;
  }

  @Override
  public final boolean isShutdown() {
    return false;
  }

  @Override
  public final boolean isTerminated() {
    return false;
  }

  @Override
  public final boolean awaitTermination(long timeout, TimeUnit unit) {
    return false;
  }
}
