package dev.warmpool.session;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import reactor.core.publisher.Flux;

/** What is under way on connections; their event loop is driven while anything is. Thread-safe. */
final class UnderWay<T> {

  private final EventLoops loops;
  private final Set<T> all = ConcurrentHashMap.newKeySet();

  UnderWay(EventLoops loops) {
    this.loops = loops;
  }

  void begin(T one) {
    loops.hold();
    all.add(one);
  }

  /** Ending again does no harm. */
  void end(T one) {
    if (all.remove(one)) {
      loops.release();
    }
  }

  int size() {
    return all.size();
  }

  boolean isEmpty() {
    return all.isEmpty();
  }

  /** Those at subscription, and perhaps some that come while they are gone through. */
  Flux<T> all() {
    return Flux.fromIterable(all);
  }
}
