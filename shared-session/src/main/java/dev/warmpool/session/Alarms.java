package dev.warmpool.session;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.scheduler.Schedulers;
import reactor.util.context.Context;

/**
 * Limits on waiting that cost next to nothing as long as none is reached: scheduling a timer wakes
 * a thread, which took a fifth of a short session, so one wake-up stands for all of them, planned
 * for the earliest, and is left where it is when that one is called off. Rings on Reactor's
 * parallel scheduler. Thread-safe.
 */
final class Alarms {

  private final Set<Alarm> pending = ConcurrentHashMap.newKeySet();
  private final AtomicReference<@Nullable WakeUp> planned = new AtomicReference<>();

  /** When to look which alarms are due, in {@link System#nanoTime()}'s measure. */
  private record WakeUp(long at) {

    boolean isAfter(long other) {
      return at - other > 0;
    }
  }

  private final class Alarm implements Disposable {

    private final long due;
    private final Runnable ring;

    Alarm(long due, Runnable ring) {
      this.due = due;
      this.ring = ring;
    }

    void ring() {
      if (pending.remove(this)) {
        ring.run();
      }
    }

    @Override
    public void dispose() {
      pending.remove(this);
    }
  }

  /** Rings once after the limit, unless it was called off. */
  Disposable in(Duration limit, Runnable ring) {
    Alarm alarm = new Alarm(System.nanoTime() + limit.toNanos(), ring);
    pending.add(alarm);
    plan(alarm.due);
    return alarm;
  }

  /** The same, or its cancel and a {@link TimeoutException} where it takes longer. */
  <T> Mono<T> bound(Mono<T> awaited, Duration limit) {
    return Mono.create(sink -> await(awaited, limit, sink));
  }

  private <T> void await(Mono<T> awaited, Duration limit, MonoSink<T> sink) {
    Disposable.Swap waiting = Disposables.swap();
    Runnable ring =
        () -> {
          waiting.dispose();
          sink.error(new TimeoutException("no end within " + limit.toMillis() + " ms"));
        };
    sink.onDispose(in(limit, ring));
    sink.onCancel(waiting);
    waiting.replace(
        awaited.subscribe(
            sink::success, sink::error, sink::success, Context.of(sink.contextView())));
  }

  private void plan(long due) {
    WakeUp before = planned.get();
    while (before == null || before.isAfter(due)) {
      WakeUp wakeUp = new WakeUp(due);
      if (planned.compareAndSet(before, wakeUp)) {
        long wait = Math.max(0, due - System.nanoTime());
        Schedulers.parallel().schedule(() -> wake(wakeUp), wait, NANOSECONDS);
        return;
      }
      before = planned.get();
    }
  }

  /** Where an earlier one was planned since, that one has seen to the rest. */
  private void wake(WakeUp wakeUp) {
    if (!planned.compareAndSet(wakeUp, null)) {
      return;
    }
    long now = System.nanoTime();
    for (Alarm alarm : pending) {
      if (alarm.due - now <= 0) {
        alarm.ring();
      } else {
        plan(alarm.due);
      }
    }
  }
}
