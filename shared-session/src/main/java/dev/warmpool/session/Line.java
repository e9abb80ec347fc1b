package dev.warmpool.session;

import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Who may have a connection: as many sessions as there can be connections. The others wait here, in
 * order, and not in the pool's own queue, where one who gives up can only be cancelled, which loses
 * connections or gives one to two. Thread-safe.
 */
final class Line {

  private final Queue<Runnable> waiting = new ArrayDeque<>();
  private final int places;
  private int admitted;

  /**
   * @param places how many are admitted at once
   */
  Line(int places) {
    this.places = places;
  }

  /**
   * Has this run once the caller may have a connection, at once where there is room; who is
   * admitted must {@link #leave()}.
   */
  void enter(Runnable place) {
    synchronized (this) {
      if (admitted >= places) {
        waiting.add(place);
        return;
      }
      admitted++;
    }
    place.run();
  }

  /** Stops waiting; one who was admitted in the meantime stays so. */
  synchronized void giveUp(Runnable place) {
    waiting.remove(place);
  }

  /** Makes room for the next. */
  void leave() {
    Runnable next = handOver();
    if (next != null) {
      next.run();
    }
  }

  /** Leaves, and gives who is next, to be run by the caller; null for nobody. */
  synchronized @Nullable Runnable handOver() {
    Runnable next = waiting.poll();
    if (next == null) {
      admitted--;
    }
    return next;
  }

  /** How many have been admitted and not left. */
  synchronized int admitted() {
    return admitted;
  }

  /** How many wait. */
  synchronized int waiting() {
    return waiting.size();
  }
}
