package dev.warmpool.session.internal.loop;

import dev.warmpool.session.settings.LoopMode;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.scheduler.Scheduler;
import reactor.netty.resources.LoopResources;
import reactor.util.context.Context;

/** The event loops of one manager's connections. Thread-safe. */
public interface EventLoops {

  /**
   * The loops of this mode. With Netty 4.1, as Spring Boot 3 brings it, Reactor's own threads run
   * them in any case.
   */
  static EventLoops of(LoopMode mode) {
    if (mode == LoopMode.THREADS) {
      return new ThreadEventLoops();
    }
    if (isPresent("io.netty.channel.IoEventLoop")) { // since Netty 4.2
      return new CallerEventLoops();
    }
    LoggerFactory.getLogger(EventLoops.class)
        .info(
            "Netty is older than 4.2: sessions run on Reactor's event loops, not on the caller's"
                + " thread; with Netty 4.2 each session saves two changes of threads");
    return new ThreadEventLoops();
  }

  private static boolean isPresent(String name) {
    try {
      Class.forName(name, false, EventLoops.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  /** The loops for the driver to use. */
  LoopResources resources();

  /** The sockets of an attempt to connect that is about to begin. */
  default AttemptSockets sockets() {
    return new AttemptSockets(this);
  }

  /**
   * Runs a task of an attempt to connect on the thread that such attempts have in common, at once
   * if that is the current one. Loading the driver's classes, it has its share in the attempt's
   * time.
   *
   * @param task must not block or throw
   */
  void connect(Runnable task);

  /** Announces that something is in flight, so that the loop has to run until {@link #release}. */
  void hold();

  /** Ends what {@link #hold} began. */
  void release();

  /**
   * Runs a task after a delay, on a thread that must not be blocked.
   *
   * @param task must not block or throw
   * @return cancels the task
   */
  Disposable in(Duration delay, Runnable task);

  /**
   * Runs a task on the event loop of a connection, at once if the current thread runs that loop.
   * The driver takes messages from one thread at a time, and its loop sends some by itself.
   *
   * @param connection the scheduler of the connection's loop
   */
  void run(Scheduler connection, Runnable task);

  /** Which thread runs the loop for what the current thread begins and waits for. */
  default InFlight.Runner runner() {
    return InFlight.Runner.ANY;
  }

  /** Blocks for a result: see {@code SessionManager.await}. */
  <T> @Nullable T await(Mono<T> result, Duration limit);

  /** Blocks for a later result of a unit of work for which this thread has blocked before. */
  default <T> @Nullable T awaitNext(Mono<T> result, Duration limit) {
    return await(result, limit);
  }

  /** The result, cancelled and failed with a {@link TimeoutException} after the limit. */
  default <T> Mono<T> bound(Mono<T> result, Duration limit) {
    return Mono.create(sink -> subscribe(result, limit, sink));
  }

  private <T> void subscribe(Mono<T> result, Duration limit, MonoSink<T> sink) {
    Disposable.Swap subscription = Disposables.swap();
    Runnable expire =
        () -> {
          subscription.dispose();
          sink.error(new TimeoutException("no end within " + limit.toMillis() + " ms"));
        };
    sink.onDispose(in(limit, expire));
    sink.onCancel(subscription);
    subscription.replace(
        result.subscribe(
            sink::success, sink::error, sink::success, Context.of(sink.contextView())));
  }
}
