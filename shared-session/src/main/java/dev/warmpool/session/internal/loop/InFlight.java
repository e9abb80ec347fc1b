package dev.warmpool.session.internal.loop;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/**
 * Counts what is in flight, whether or not a caller waits for it: sessions, and connections being
 * opened or closed. The event loop is held while the count is above zero, except for sessions whose
 * own thread runs it when they need it. Thread-safe.
 */
public final class InFlight {

  private final EventLoops loops;
  private final AtomicInteger count = new AtomicInteger();
  private final Queue<MonoSink<Void>> waiting = new ConcurrentLinkedQueue<>();

  public InFlight(EventLoops loops) {
    this.loops = loops;
  }

  /** Which thread runs the event loop for something in flight. */
  public enum Runner {
    /** Any: the loop is held. */
    ANY,
    /** The one that began it, whenever it waits; in between the loop need not run for it. */
    ITS_OWN
  }

  /** Counts one more; the caller must {@link #end} it once. */
  public void begin() {
    beginFor(Runner.ANY);
  }

  /** Counts one more; the caller must {@link #endFor} it once. */
  public void beginFor(Runner runner) {
    if (runner == Runner.ANY) {
      loops.hold();
    }
    count.incrementAndGet();
  }

  /** Counts one less. */
  public void end() {
    endFor(Runner.ANY);
  }

  /** Counts one less, which was begun for this runner. */
  public void endFor(Runner runner) {
    if (count.decrementAndGet() == 0) {
      tell();
    }
    if (runner == Runner.ANY) {
      loops.release();
    }
  }

  /** The operation, counted from its subscription until it ends or is cancelled. */
  public <T> Mono<T> track(Mono<T> operation) {
    return trackFor(Runner.ANY, operation);
  }

  /** The operation, counted likewise for this runner. */
  public <T> Mono<T> trackFor(Runner runner, Mono<T> operation) {
    return Mono.defer(
        () -> {
          beginFor(runner);
          return operation.doFinally(signal -> endFor(runner));
        });
  }

  /** Completes at the next moment at which nothing is in flight. */
  public Mono<Void> none() {
    return Mono.create(
        sink -> {
          sink.onDispose(() -> waiting.remove(sink));
          waiting.add(sink);
          if (count.get() == 0) {
            tell();
          }
        });
  }

  private void tell() {
    for (MonoSink<Void> sink = waiting.poll(); sink != null; sink = waiting.poll()) {
      sink.success();
    }
  }
}
