package dev.warmpool.session.internal.pool;

import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Gives out as many permits as there can be connections; callers beyond that wait in order.
 * r2dbc-pool has a queue, too, but a caller can leave it only by a cancel, which can lose a
 * connection or give it to two callers. Thread-safe.
 */
final class AdmissionQueue {

  private final Queue<Runnable> waiting = new ArrayDeque<>();
  private final int permits;
  private int admitted;

  AdmissionQueue(int permits) {
    this.permits = permits;
  }

  /**
   * Runs the callback when a permit is available, at once if one is; each permit must be returned
   * with {@link #leave()}.
   *
   * @param callback must not throw: it may run on the thread of the caller that leaves
   */
  void enter(Runnable callback) {
    synchronized (this) {
      if (admitted >= permits) {
        waiting.add(callback);
        return;
      }
      admitted++;
    }
    callback.run();
  }

  /** Stops waiting; has no effect on a caller that was admitted meanwhile. */
  synchronized void giveUp(Runnable callback) {
    waiting.remove(callback);
  }

  /** Returns a permit, which the next caller gets. */
  void leave() {
    Runnable next = next();
    if (next != null) {
      next.run();
    }
  }

  private synchronized @Nullable Runnable next() {
    Runnable next = waiting.poll();
    if (next == null) {
      admitted--;
    }
    return next;
  }

  /** How many callers wait. */
  synchronized int waiting() {
    return waiting.size();
  }
}
