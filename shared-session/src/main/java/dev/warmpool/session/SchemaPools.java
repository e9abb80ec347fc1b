package dev.warmpool.session;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A small pool for each schema, whose name is a startup parameter, all of them under one bound:
 * where it is reached, the least recently used idle connection of another schema makes room, and
 * where none is idle, sessions wait in order. Thread-safe.
 */
final class SchemaPools implements LeaseSource {

  private final SessionSettings settings;
  private final PasswordSource passwords;
  private final Map<SearchPath, SchemaShelf> shelves = new LinkedHashMap<>(16, 0.75f, true);
  private final Line line;
  private final Settling settling;
  private int idle;
  private int returning;
  private long openedByRemoved;

  SchemaPools(SessionSettings settings, PasswordSource passwords) {
    this.settings = settings;
    this.passwords = passwords;
    this.line = new Line(settings.pool().max());
    this.settling = new Settling(EventLoops.of(settings));
  }

  @Override
  public Line line() {
    return line;
  }

  @Override
  public CompletableFuture<Lease> take(SearchPath path) {
    SchemaShelf shelf;
    SchemaShelf victim;
    synchronized (this) {
      shelf = shelves.computeIfAbsent(path, SchemaShelf::new);
      shelf.leases++;
      victim =
          shelf.takeIdle() || line.admitted() + idle <= settings.pool().max() ? null : leastUsed();
    }
    CompletableFuture<Void> room =
        victim == null ? CompletableFuture.completedFuture(null) : victim.evictOne();
    return room.handle((done, error) -> shelf).thenCompose(chosen -> chosen.pool.take(path));
  }

  /** Called with the lock: there is an idle one, for there are fewer leases than connections. */
  private @Nullable SchemaShelf leastUsed() {
    for (SchemaShelf shelf : shelves.values()) {
      if (shelf.takeIdle()) {
        return shelf;
      }
    }
    return null;
  }

  @Override
  public synchronized PoolStats stats(long replayed, int sessions) {
    long opened =
        openedByRemoved
            + shelves.values().stream().mapToLong(s -> s.pool.stats(0, 0).opened()).sum();
    return new PoolStats(
        line.admitted(), idle, line.waiting(), settings.pool().max(), opened, replayed, sessions);
  }

  private synchronized List<SchemaShelf> all() {
    return List.copyOf(shelves.values());
  }

  @Override
  public Settling settling() {
    return settling;
  }

  @Override
  public Mono<Void> close() {
    return Flux.fromIterable(all()).flatMap(shelf -> shelf.pool.close()).then();
  }

  /** One schema's connections. Its counts are guarded by the lock of all. */
  private final class SchemaShelf implements Shelf {

    private final SearchPath path;
    private final SessionPool pool;
    private int kept;
    private int leases;

    SchemaShelf(SearchPath path) {
      this.path = path;
      this.pool =
          new SessionPool(
              settings, new DriverConfiguration(settings, passwords, path.sql()), settling, this);
    }

    boolean takeIdle() {
      if (kept == 0) {
        return false;
      }
      kept--;
      idle--;
      return true;
    }

    /** Closes one that {@link #takeIdle} took; what cannot be had is gone already. */
    CompletableFuture<Void> evictOne() {
      return pool.acquire().thenCompose(lease -> lease.close().toFuture());
    }

    @Override
    public boolean reserve() {
      synchronized (SchemaPools.this) {
        boolean full = idle + returning >= settings.pool().size() && line.waiting() == 0;
        returning += full ? 0 : 1;
        return !full;
      }
    }

    @Override
    public void returned(boolean stays) {
      leave(
          () -> {
            returning--;
            kept += stays ? 1 : 0;
            idle += stays ? 1 : 0;
          });
    }

    @Override
    public void closed() {
      leave(() -> {});
    }

    private void leave(Runnable count) {
      Runnable next;
      synchronized (SchemaPools.this) {
        count.run();
        leases--;
        next = line.handOver();
        removeUnused();
      }
      if (next != null) {
        next.run();
      }
    }
  }

  /** A schema nobody uses any more leaves nothing behind. Called with the lock. */
  private void removeUnused() {
    Iterator<SchemaShelf> all = shelves.values().iterator();
    while (all.hasNext()) {
      SchemaShelf shelf = all.next();
      if (shelf.leases == 0 && shelf.kept == 0) {
        openedByRemoved += shelf.pool.stats(0, 0).opened();
        all.remove();
        shelf.pool.close().subscribe();
      }
    }
  }
}
