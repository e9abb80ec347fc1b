package dev.warmpool.session.internal.pool;

import dev.warmpool.session.internal.postgres.SearchPath;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Idle connections in the order of their release. Guarded by the lock of their owner. */
final class IdleConnections {

  private final Deque<PooledConnection> all = new ArrayDeque<>();

  int size() {
    return all.size();
  }

  void add(PooledConnection connection) {
    all.add(connection);
  }

  /**
   * Removes the least recently used connection that serves the path, and all before it that must
   * not be used.
   *
   * @param evicted gets the connections that must not be used
   * @return null if there is none
   */
  @Nullable PooledConnection take(
      SearchPath path, Predicate<PooledConnection> usable, List<PooledConnection> evicted) {
    Iterator<PooledConnection> remaining = all.iterator();
    while (remaining.hasNext()) {
      PooledConnection next = remaining.next();
      if (!usable.test(next)) {
        remaining.remove();
        evicted.add(next);
      } else if (next.path().equals(path)) {
        remaining.remove();
        return next;
      }
    }
    return null;
  }

  /** Removes the least recently used connection; there is one. */
  PooledConnection removeOldest() {
    return all.remove();
  }

  /** Removes the least recently used connection; null if there is none or it serves this path. */
  @Nullable PooledConnection removeOldestUnless(SearchPath path) {
    PooledConnection oldest = all.peek();
    return oldest == null || oldest.path().equals(path) ? null : all.remove();
  }

  List<PooledConnection> removeAll() {
    List<PooledConnection> removed = List.copyOf(all);
    all.clear();
    return removed;
  }
}
