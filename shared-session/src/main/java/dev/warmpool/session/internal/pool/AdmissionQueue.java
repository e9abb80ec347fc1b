package dev.warmpool.session.internal.pool;

import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Queue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Gives out as many permits as there can be connections; callers beyond that wait in order.
 * r2dbc-pool has a queue, too, but a caller can leave it only by a cancel, which can lose a
 * connection or give it to two callers. Thread-safe.
 */
final class AdmissionQueue {

  private final Queue<Runnable> waiting = new ArrayDeque<>();
  private final Set<Thread> admitting = new HashSet<>();
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
      if (admitted >= permits || !waiting.isEmpty()) {
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

  /**
   * Returns a permit, which the next caller gets. A callback that returns its permit at once does
   * not run the next one inside itself: with many callers waiting, the stack would overflow.
   */
  void leave() {
    synchronized (this) {
      admitted--;
      if (!admitting.add(Thread.currentThread())) {
        return;
      }
    }
    admitWaiting();
  }

  private void admitWaiting() {
    Runnable next = next();
    try {
      while (next != null) {
        next.run();
        next = next();
      }
    } finally {
      if (next != null) { // the callback has thrown a JVM-fatal error
        admitWaiting();
      }
    }
  }

  /** The next caller, admitted; null, which ends this thread's turn, if there is none. */
  private synchronized @Nullable Runnable next() {
    Runnable next = admitted < permits ? waiting.poll() : null;
    if (next == null) {
      admitting.remove(Thread.currentThread());
    } else {
      admitted++;
    }
    return next;
  }

  /** How many callers wait. */
  synchronized int waiting() {
    return waiting.size();
  }
}
