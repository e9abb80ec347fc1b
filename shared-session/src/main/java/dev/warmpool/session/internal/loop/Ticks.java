package dev.warmpool.session.internal.loop;

import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;

/**
 * Counts the time that is spent waiting for others. A tick that comes late is not passed on: the
 * process was frozen, had no processor time or was loading classes, and an answer may lie unread.
 * Of two late ticks in a row the second counts, so that a slow machine stops waiting, too. Started
 * once; thread-safe.
 */
public final class Ticks implements Disposable {

  /** A limit is counted in this many parts. */
  private static final int PARTS = 20;

  private static final long LONGEST = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long SHORTEST = TimeUnit.MILLISECONDS.toNanos(1);

  private final EventLoops loops;
  private final long period; // in nanoseconds, as is due
  private final Executor executor;
  private final Runnable task;
  private final Disposable.Swap next = Disposables.swap();
  private long due;
  private boolean skipped;

  /**
   * Does nothing before {@link #start}.
   *
   * @param limit the shortest limit that is counted
   * @param executor the thread that does the work on which the wait depends: a tick comes late if
   *     it is busy
   * @param task called at each tick; must not block or throw
   */
  public Ticks(EventLoops loops, Duration limit, Executor executor, Runnable task) {
    this.loops = loops;
    this.period = period(limit);
    this.executor = executor;
    this.task = task;
  }

  /**
   * Runs a task once when the limit has been spent waiting.
   *
   * @param executor as for the constructor
   * @return cancels the task
   */
  public static Disposable after(
      EventLoops loops, Duration limit, Executor executor, Runnable task) {
    Countdown countdown = new Countdown(task);
    Ticks ticks = new Ticks(loops, limit, executor, countdown);
    countdown.left = ticks.in(limit);
    countdown.ticks = ticks;
    ticks.start();
    return ticks;
  }

  /** Confined to the thread of the ticks once they are started. */
  private static final class Countdown implements Runnable {

    private final Runnable task;
    private long left;
    private @Nullable Disposable ticks;

    Countdown(Runnable task) {
      this.task = task;
    }

    @Override
    public void run() {
      left--;
      if (left == 0 && ticks != null) {
        ticks.dispose();
        task.run();
      }
    }
  }

  /** By whole numbers: {@link Duration#dividedBy(long)} goes by way of a BigDecimal. */
  private static long period(Duration limit) {
    return Math.max(SHORTEST, Math.min(LONGEST, Durations.nanos(limit) / PARTS));
  }

  /** How many ticks a limit takes. */
  public long in(Duration limit) {
    return Math.max(1, Durations.nanos(limit) / period);
  }

  /** Begins to tick. */
  public void start() {
    due = System.nanoTime();
    schedule();
  }

  private void schedule() {
    due += period;
    Duration delay = Duration.ofNanos(Math.max(0, due - System.nanoTime()));
    next.replace(loops.in(delay, () -> executor.execute(this::tick)));
  }

  private void tick() {
    long now = System.nanoTime();
    boolean late = now - due > period;
    if (late) {
      due = now;
    }
    skipped = late && !skipped;
    if (!skipped && !isDisposed()) {
      task.run();
    }
    if (!isDisposed()) {
      schedule();
    }
  }

  @Override
  public void dispose() {
    next.dispose();
  }

  @Override
  public boolean isDisposed() {
    return next.isDisposed();
  }
}
