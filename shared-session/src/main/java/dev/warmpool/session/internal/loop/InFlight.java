package dev.warmpool.session.internal.loop;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;

/**
 * Counts what is in flight, whether or not a caller waits for it: sessions, and connections being
 * opened or closed. The event loop is held while the count is above zero. Thread-safe.
 */
public final class InFlight {

  private final EventLoops loops;
  private final AtomicInteger count = new AtomicInteger();
  private final Queue<MonoSink<Void>> waiting = new ConcurrentLinkedQueue<>();

  public InFlight(EventLoops loops) {
    this.loops = loops;
  }

  /** Counts one more; the caller must {@link #end} it once. */
  public void begin() {
    loops.hold();
    count.incrementAndGet();
  }

  /** Counts one less. */
  public void end() {
    if (count.decrementAndGet() == 0) {
      tell();
    }
    loops.release();
  }

  /** The operation, counted from its subscription until it ends or is cancelled. */
  public <T> Mono<T> track(Mono<T> operation) {
    return Mono.defer(
        () -> {
          begin();
          return operation.doFinally(signal -> end());
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
