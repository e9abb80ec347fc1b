package dev.warmpool.session.internal.pool;

import dev.warmpool.session.internal.postgres.SearchPath;
import dev.warmpool.session.settings.PoolSettings;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which connections are idle, how many are in use or being opened, and which of them may serve a
 * session: the state of the pool, without any connecting or closing. There are never more
 * connections than {@code POOL_SIZE} + {@code MAX_OVERFLOW}. Thread-safe; one for each {@link
 * Connections}.
 */
final class Occupancy {

  private final PoolSettings settings;
  private final AdmissionQueue queue;
  private final IdleConnections idle = new IdleConnections();
  private int acquired;
  private int opening;

  /** Connections of an earlier generation serve no further session. */
  private int generation;

  /** A connection whose opening began before the latest renewal serves no session at all. */
  private int renewals;

  private boolean closed;

  /**
   * @param queue tells whether sessions wait for a connection
   */
  Occupancy(PoolSettings settings, AdmissionQueue queue) {
    this.settings = settings;
    this.queue = queue;
  }

  /**
   * How a session gets its connection.
   *
   * @param found an idle connection; null to open one
   * @param evicted idle connections to close first
   * @param generation the pool's, noted for a connection that is opened
   * @param renewal the pool's count, noted for a connection that is opened
   */
  record Choice(
      @Nullable PooledConnection found,
      List<PooledConnection> evicted,
      int generation,
      int renewal) {}

  /** The choice, whose connection is counted from now on; null if the pool is closed. */
  synchronized @Nullable Choice choose(SearchPath path) {
    if (closed) {
      return null;
    }
    List<PooledConnection> evicted = new ArrayList<>(0);
    PooledConnection found = idle.take(path, this::isUsable, evicted);
    if (found != null) {
      acquired++;
    } else {
      opening++;
      if (acquired + opening + idle.size() > settings.max()) {
        evicted.add(idle.removeOldest());
      }
    }
    return new Choice(found, evicted, generation, renewals);
  }

  private boolean isUsable(PooledConnection connection) {
    return connection.generation() == generation && connection.server().isUsable(settings.idle());
  }

  /** Whether a connection whose opening began then must not be used. */
  synchronized boolean isOutdated(int renewal) {
    return closed || renewal != renewals;
  }

  /** A connection could not be opened; whether the pool is closed, which is why. */
  synchronized boolean failed() {
    opening--;
    return closed;
  }

  /**
   * A connection was opened; it is in use from now on unless its opening began before the pool was
   * renewed or closed. False if so.
   */
  synchronized boolean arrived(PooledConnection connection) {
    boolean current = !isOutdated(connection.renewal());
    opening--;
    acquired += current ? 1 : 0;
    return current;
  }

  /**
   * What becomes of a released connection.
   *
   * @param kept whether it is idle now; else nothing has changed, and it has to be closed
   * @param replaced an idle connection that has to be closed in its place; null for none
   */
  record Release(boolean kept, @Nullable PooledConnection replaced) {

    private static final Release KEPT = new Release(true, null);
    private static final Release REFUSED = new Release(false, null);
  }

  /**
   * Keeps a released connection if it may be used again. Beyond {@code POOL_SIZE} the least
   * recently used connection makes room if it serves another search path, so that a rare one does
   * not keep the place of a frequent one.
   */
  synchronized Release release(PooledConnection connection) {
    if (closed || !connection.server().state().isReset() || !isUsable(connection)) {
      return Release.REFUSED;
    }
    Release release = Release.KEPT;
    if (idle.size() >= settings.size() && queue.waiting() == 0) {
      PooledConnection replaced = idle.removeOldestUnless(connection.path());
      if (replaced == null) {
        return Release.REFUSED;
      }
      release = new Release(true, replaced);
    }
    idle.add(connection);
    acquired--;
    return release;
  }

  /** A connection that was in use is closed. */
  synchronized void left() {
    acquired--;
  }

  /** Excludes connections of this generation from further use; later calls for it do nothing. */
  synchronized void evict(int seen) {
    if (generation == seen) {
      generation++;
    }
  }

  /** Removes all idle connections, and excludes those in use and being opened from further use. */
  synchronized List<PooledConnection> renew() {
    renewals++;
    return evictAll();
  }

  /** The same; no connection is chosen any more. */
  synchronized List<PooledConnection> close() {
    closed = true;
    return evictAll();
  }

  private List<PooledConnection> evictAll() {
    generation++;
    return idle.removeAll();
  }

  /** The numbers of connections in use, idle and being opened at one moment. */
  record Counts(int acquired, int idle, int opening) {}

  /** The numbers now. */
  synchronized Counts counts() {
    return new Counts(acquired, idle.size(), opening);
  }
}
