package dev.warmpool.session;

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
 * An event loop that is driven by the thread that waits for a session's result: who would sleep
 * until another thread has sent and received for it, sends and receives itself, which takes two
 * changes of threads out of every session.
 *
 * <p>One thread drives at a time. Where nobody waits, but sessions are {@linkplain #hold() held} or
 * tasks are left, a thread of the loop's own stands in until that is done; where nothing is, nobody
 * drives, and no thread is needed: what the server closes then is found by who drives next.
 * Thread-safe.
 */
final class CallerEventLoop extends EndlessEventLoop {

  /** A stand-in that was not needed for so long ends; the next is a new thread. */
  private static final Duration STAND_IN_IDLE = Duration.ofSeconds(10);

  private static volatile @Nullable CallerEventLoop shared;

  private final AtomicReference<@Nullable Thread> driver = new AtomicReference<>();
  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final AtomicInteger held = new AtomicInteger();
  private final AtomicBoolean called = new AtomicBoolean();
  private final ThreadPoolExecutor standIn =
      new ThreadPoolExecutor(
          1,
          1,
          STAND_IN_IDLE.toSeconds(),
          TimeUnit.SECONDS,
          new LinkedBlockingQueue<>(),
          StandIn::new);
  private final Turn turn = new Turn();

  private CallerEventLoop() {
    standIn.allowCoreThreadTimeOut(true);
  }

  /** The process's one; a failure to make it is not remembered. */
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

  /** From now until it is released there is something to be driven, whether one waits or not. */
  void hold() {
    held.incrementAndGet();
  }

  /** Ends what {@link #hold()} began. */
  void release() {
    if (held.decrementAndGet() == 0 && !inEventLoop()) {
      io().wakeup();
    }
  }

  /** Subscribes and waits, driving where no other thread does; see {@link SessionManager#await}. */
  <T> @Nullable T await(Mono<T> result, Duration limit) {
    if (Schedulers.isInNonBlockingThread()) {
      throw new IllegalStateException(
          "waiting is not possible in "
              + Thread.currentThread().getName()
              + ", which does the work that would be waited for: return the publisher instead");
    }
    Waiter<T> waiter = new Waiter<>(this, limit);
    if (driver.compareAndSet(null, Thread.currentThread())) {
      drive(result, waiter);
    } else {
      result.subscribe(waiter);
      waiter.sleep();
    }
    return waiter.result();
  }

  private <T> void drive(Mono<T> result, Waiter<T> waiter) {
    try {
      turn.until(waiter.until());
      result.subscribe(waiter);
      while (waiter.waits()) {
        turn.take();
      }
    } finally {
      driver.set(null);
      callStandIn();
    }
  }

  private boolean isNeeded() {
    return held.get() > 0 || !tasks.isEmpty();
  }

  private void callStandIn() {
    if (isNeeded() && called.compareAndSet(false, true)) {
      standIn.execute(this::standIn);
    }
  }

  private void standIn() {
    called.set(false);
    while (isNeeded() && driver.compareAndSet(null, Thread.currentThread())) {
      try {
        while (isNeeded()) {
          turn.until(System.nanoTime() + Turn.DAY);
          turn.take();
        }
      } finally {
        driver.set(null);
      }
    }
  }

  @Override
  public boolean inEventLoop(Thread thread) {
    return driver.get() == thread;
  }

  @Override
  public void execute(Runnable task) {
    tasks.add(task);
    if (driver.get() == null) {
      callStandIn();
    } else {
      io().wakeup();
    }
  }

  /** Stands in where no caller drives; may not be blocked. */
  private static final class StandIn extends FastThreadLocalThread implements NonBlocking {

    StandIn(Runnable work) {
      super(work, "warmpool-loop");
      setDaemon(true);
    }
  }

  /** One look at the channels, waiting for them up to a moment, and then the tasks. */
  private final class Turn implements IoHandlerContext {

    private static final long DAY = TimeUnit.DAYS.toNanos(1);

    private long until;

    /** In {@link System#nanoTime()}'s measure. */
    void until(long moment) {
      until = moment;
    }

    boolean isOver() {
      return until - System.nanoTime() <= 0 || Thread.currentThread().isInterrupted();
    }

    void take() {
      io().run(this);
      fetchFromScheduledTaskQueue(tasks);
      for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
        safeExecute(task);
      }
    }

    /** Asked before an interrupt is cleared. */
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
