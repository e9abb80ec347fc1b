package dev.warmpool.session;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Who may have a connection: as many sessions as there can be connections. The others wait here, in
 * order, and not in the pool's own queue, where one who gives up can only be cancelled, which loses
 * connections or gives one to two. Thread-safe.
 */
final class Line {

  private final Queue<CompletableFuture<Void>> waiting = new ArrayDeque<>();
  private final int places;
  private int admitted;

  /**
   * @param places how many are admitted at once
   */
  Line(int places) {
    this.places = places;
  }

  /** Completes when the caller may have a connection; who is admitted must {@link #leave()}. */
  synchronized CompletableFuture<Void> enter() {
    CompletableFuture<Void> place = new CompletableFuture<>();
    if (admitted < places) {
      admitted++;
      place.complete(null);
    } else {
      waiting.add(place);
    }
    return place;
  }

  /** Stops waiting; one who was admitted in the meantime stays so. */
  synchronized void giveUp(CompletableFuture<Void> place) {
    waiting.remove(place);
  }

  /** Makes room for the next. */
  void leave() {
    CompletableFuture<Void> next = handOver();
    if (next != null) {
      next.complete(null);
    }
  }

  /** Leaves, and gives who is next, to be completed by the caller; null for nobody. */
  synchronized @Nullable CompletableFuture<Void> handOver() {
    CompletableFuture<Void> next = waiting.poll();
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
