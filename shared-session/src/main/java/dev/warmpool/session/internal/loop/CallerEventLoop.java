package dev.warmpool.session.internal.loop;

import io.netty.channel.IoHandlerContext;
import io.netty.util.concurrent.FastThreadLocalThread;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.NonBlocking;
import reactor.core.scheduler.Schedulers;

/**
 * The event loop that callers run while they wait for a result. A caller that would otherwise sleep
 * until another thread has sent and received for it sends and receives itself, which saves two
 * changes of threads in each session.
 *
 * <p>One thread at a time runs the loop. If no caller does while the loop is {@linkplain #hold()
 * held} or has tasks, a background thread runs it until neither is the case. Otherwise no thread
 * runs it: a connection that the server closes meanwhile is noticed when the loop next runs. There
 * is one loop in a process. Thread-safe.
 */
final class CallerEventLoop extends SelectorEventLoop {

  /** The background thread ends after this time without work. */
  private static final Duration BACKGROUND_IDLE = Duration.ofSeconds(10);

  private static volatile @Nullable CallerEventLoop shared;

  private final AtomicReference<@Nullable Thread> runner = new AtomicReference<>();
  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final AtomicInteger held = new AtomicInteger();
  private final AtomicBoolean requested = new AtomicBoolean();
  private final ThreadPoolExecutor background =
      new ThreadPoolExecutor(
          1,
          1,
          BACKGROUND_IDLE.toSeconds(),
          TimeUnit.SECONDS,
          new LinkedBlockingQueue<>(),
          BackgroundThread::new);
  private final Turn turn = new Turn();

  private CallerEventLoop() {
    background.allowCoreThreadTimeOut(true);
  }

  /** The process's loop; a failure to create it is not remembered. */
  static CallerEventLoop shared() {
    CallerEventLoop made = shared;
    return made != null ? made : make();
  }

  private static synchronized CallerEventLoop make() {
    CallerEventLoop made = shared;
    if (made == null) {
      made = new CallerEventLoop();
      Schedulers.registerNonBlockingThreadPredicate(made::inEventLoop);
      shared = made;
    }
    return made;
  }

  /** Announces that something is in flight, so that the loop has to run until {@link #release}. */
  void hold() {
    held.incrementAndGet();
  }

  /** Ends what {@link #hold} began. */
  void release() {
    if (held.decrementAndGet() == 0 && !inEventLoop()) {
      io().wakeup();
    }
  }

  /** Subscribes and blocks, running the loop unless another thread does. */
  <T> @Nullable T await(Mono<T> result, Duration limit) {
    return await(result, limit, turn::takeWithoutWaiting);
  }

  /** Blocks likewise; if the loop has run a moment ago, begins without looking at the channels. */
  <T> @Nullable T awaitNext(Mono<T> result, Duration limit) {
    return await(result, limit, turn::takeUnlessJustTaken);
  }

  /**
   * @param first taken before the subscription: notices connections that the server has closed
   */
  private <T> @Nullable T await(Mono<T> result, Duration limit, Runnable first) {
    AwaitedResult<T> awaited = new AwaitedResult<>(limit, io()::wakeup);
    if (mayRun(Thread.currentThread()) && runner.compareAndSet(null, Thread.currentThread())) {
      run(result, awaited, first);
    } else {
      hold(); // the thread that runs the loop may leave it at any time, or has left
      if (runner.get() == null) {
        requestBackgroundThread();
      }
      awaited.subscribeTo(result.doFinally(signal -> release()));
      awaited.sleep();
    }
    return awaited.get();
  }

  /**
   * Whether a thread may run the loop. A virtual one may not: before JDK 24 the selector keeps its
   * carrier while it waits, so that other virtual threads, on which a result can depend, would
   * wait, too.
   */
  static boolean mayRun(Thread thread) {
    return !VirtualThreads.isVirtual(thread);
  }

  private <T> void run(Mono<T> result, AwaitedResult<T> awaited, Runnable first) {
    try {
      first.run();
      turn.until(awaited.until());
      awaited.subscribeTo(result);
      while (awaited.isPending()) {
        turn.take();
      }
    } finally {
      runner.set(null);
      requestBackgroundThread();
    }
  }

  private boolean isNeeded() {
    return held.get() > 0 || !tasks.isEmpty();
  }

  private void requestBackgroundThread() {
    if (isNeeded() && requested.compareAndSet(false, true)) {
      background.execute(this::runInBackground);
    }
  }

  private void runInBackground() {
    requested.set(false);
    while (isNeeded() && runner.compareAndSet(null, Thread.currentThread())) {
      try {
        while (isNeeded()) {
          Thread.interrupted(); // an interrupt that user code left would keep the selector from
          // waiting
          turn.until(System.nanoTime() + Turn.DAY);
          turn.take();
        }
      } finally {
        runner.set(null);
      }
    }
  }

  @Override
  public boolean inEventLoop(Thread thread) {
    return runner.get() == thread;
  }

  @Override
  public void execute(Runnable task) {
    tasks.add(task);
    if (runner.get() == null) {
      requestBackgroundThread();
    } else {
      io().wakeup();
    }
  }

  /** Runs the loop while no caller does; must not be blocked. */
  private static final class BackgroundThread extends FastThreadLocalThread implements NonBlocking {

    BackgroundThread(Runnable work) {
      super(work, "warmpool-loop");
      setDaemon(true);
    }
  }

  /** One turn of the loop: waits for events of the channels up to a moment, then runs tasks. */
  private final class Turn implements IoHandlerContext {

    private static final long DAY = TimeUnit.DAYS.toNanos(1);

    /** The answers to come bring what the server has sent since a turn as recent as this. */
    private static final long JUST = TimeUnit.MILLISECONDS.toNanos(1);

    private long until;
    private long taken = System.nanoTime() - JUST;

    /** As {@link System#nanoTime()} counts. */
    void until(long moment) {
      until = moment;
    }

    /** Returns how many channels had events. */
    int takeWithoutWaiting() {
      until = System.nanoTime();
      return take();
    }

    /** The end of a connection is an event of its own, behind the server's reason for it. */
    void takeUnlessJustTaken() {
      if (System.nanoTime() - taken >= JUST && takeWithoutWaiting() > 0) {
        takeWithoutWaiting();
      }
    }

    boolean isOver() {
      return until - System.nanoTime() <= 0 || Thread.currentThread().isInterrupted();
    }

    int take() {
      int channels = io().run(this);
      fetchFromScheduledTaskQueue(tasks);
      for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
        safeExecute(task);
      }
      taken = System.nanoTime();
      return channels;
    }

    /** Netty asks this before the selector would clear an interrupt. */
    @Override
    public boolean canBlock() {
      return tasks.isEmpty() && !hasScheduledTasks() && !isOver();
    }

    @Override
    public long delayNanos(long now) {
      return Math.max(0, Math.min(CallerEventLoop.this.delayNanos(now, DAY), until - now));
    }

    @Override
    public long deadlineNanos() {
      return nextScheduledTaskDeadlineNanos();
    }
  }
}
