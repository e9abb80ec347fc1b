package dev.warmpool.session.internal.loop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.warmpool.session.settings.LoopMode;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.netty.resources.LoopResources;

class TicksTest {

  private static final Duration LIMIT = Duration.ofMillis(20);

  /** Longer than a tick's period, 1 ms. */
  private static final Duration LATE = Duration.ofMillis(5);

  private final Queue<Runnable> scheduled = new ArrayDeque<>();
  private final AtomicInteger count = new AtomicInteger();
  private final Ticks ticks = new Ticks(new Late(), LIMIT, Runnable::run, count::incrementAndGet);

  /** Runs what is scheduled when the test says so. */
  private final class Late implements EventLoops {

    private final EventLoops others = EventLoops.of(LoopMode.THREADS);

    @Override
    public Disposable in(Duration delay, Runnable task) {
      scheduled.add(task);
      return () -> scheduled.remove(task);
    }

    @Override
    public LoopResources resources() {
      return others.resources();
    }

    @Override
    public void connect(Runnable task) {
      task.run();
    }

    @Override
    public void hold() {}

    @Override
    public void release() {}

    @Override
    public void run(Scheduler connection, Runnable task) {
      task.run();
    }

    @Override
    public <T> @Nullable T await(Mono<T> result, Duration limit) {
      return others.await(result, limit);
    }
  }

  private void runLate() {
    long until = System.nanoTime() + LATE.toNanos();
    while (System.nanoTime() < until) {
      Thread.onSpinWait();
    }
    scheduled.remove().run();
  }

  @Test
  void countALateTickOnceAndOnlyBehindAnotherLateOne() {
    ticks.start();
    runLate();
    assertThat(count).hasValue(0);
    runLate();
    assertThat(count).hasValue(1);
    runLate();
    assertThat(count).hasValue(1);
    runLate();
    assertThat(count).hasValue(2);
    assertThat(scheduled).hasSize(1);
  }

  @Test
  void endWhenDisposed() {
    ticks.start();
    ticks.dispose();
    assertThat(scheduled).isEmpty();
  }

  @Test
  void dividePatienceIntoTwentyPartsOfAtMostATenthOfASecond() {
    assertThat(ticks.in(LIMIT)).isEqualTo(20);
    Ticks longer = new Ticks(new Late(), Duration.ofSeconds(5), Runnable::run, () -> {});
    assertThat(longer.in(Duration.ofSeconds(5))).isEqualTo(50);
    assertThat(longer.in(Duration.ofMillis(1))).isOne();
  }
}
