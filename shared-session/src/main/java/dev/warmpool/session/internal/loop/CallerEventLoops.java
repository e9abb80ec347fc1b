package dev.warmpool.session.internal.loop;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.netty.resources.LoopResources;

/** The process's one loop that waiting callers run; time-outs are tasks on it. */
final class CallerEventLoops implements EventLoops {

  /** One object for all managers, because reactor-netty keeps each one that it is given. */
  private static final LoopResources RESOURCES = server -> CallerEventLoop.shared();

  @Override
  public LoopResources resources() {
    return RESOURCES;
  }

  @Override
  public void connect(Runnable task) {
    runOnLoop(task);
  }

  @Override
  public void hold() {
    CallerEventLoop.shared().hold();
  }

  @Override
  public void release() {
    CallerEventLoop.shared().release();
  }

  @Override
  public Disposable in(Duration delay, Runnable task) {
    Future<?> scheduled =
        CallerEventLoop.shared().schedule(task, Durations.nanos(delay), TimeUnit.NANOSECONDS);
    return () -> scheduled.cancel(false);
  }

  /** All connections are on the one loop. */
  @Override
  public void run(Scheduler connection, Runnable task) {
    runOnLoop(task);
  }

  private static void runOnLoop(Runnable task) {
    CallerEventLoop loop = CallerEventLoop.shared();
    if (loop.inEventLoop()) {
      task.run();
    } else {
      loop.execute(task);
    }
  }

  @Override
  public InFlight.Runner runner() {
    return CallerEventLoop.mayRun(Thread.currentThread())
        ? InFlight.Runner.ITS_OWN
        : InFlight.Runner.ANY;
  }

  @Override
  public <T> @Nullable T await(Mono<T> result, Duration limit) {
    return CallerEventLoop.shared().await(result, limit);
  }

  @Override
  public <T> @Nullable T awaitNext(Mono<T> result, Duration limit) {
    return CallerEventLoop.shared().awaitNext(result, limit);
  }
}
