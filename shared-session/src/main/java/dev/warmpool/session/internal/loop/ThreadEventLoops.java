package dev.warmpool.session.internal.loop;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;
import reactor.netty.resources.LoopResources;
import reactor.netty.tcp.TcpResources;

/** Reactor's own event loops, which always run; time-outs run on its parallel scheduler. */
final class ThreadEventLoops implements EventLoops {

  @Override
  public LoopResources resources() {
    return TcpResources.get();
  }

  /** Not on an event loop: reactor-netty would put the connection on that loop. */
  @Override
  public void connect(Runnable task) {
    Schedulers.single().schedule(task);
  }

  @Override
  public void hold() {}

  @Override
  public void release() {}

  @Override
  public Disposable in(Duration delay, Runnable task) {
    return Schedulers.parallel().schedule(task, Durations.nanos(delay), TimeUnit.NANOSECONDS);
  }

  /** A scheduler does not tell whether the current thread is its own. */
  @Override
  public void run(Scheduler connection, Runnable task) {
    connection.schedule(task);
  }

  @Override
  public <T> @Nullable T await(Mono<T> result, Duration limit) {
    AwaitedResult<T> awaited = new AwaitedResult<>(limit, () -> {});
    awaited.subscribeTo(result);
    awaited.sleep();
    return awaited.get();
  }
}
