package dev.warmpool.session;

import java.util.concurrent.CompletableFuture;
import reactor.core.publisher.Mono;

/** Where sessions get their connections. Thread-safe. */
interface LeaseSource {

  /**
   * Where to wait before {@link #take}; returning a connection, or failing to get one, leaves it.
   */
  Line line();

  /**
   * Takes a connection, for one who was admitted. The caller owns what comes out, even if it comes
   * after the caller gave up: cancelling can lose a connection or give it to two.
   *
   * @param path what a connection that is bound to schemas is bound to
   */
  CompletableFuture<Lease> take(SearchPath path);

  /** The figures of the pool, with those of the sessions, which it does not know. */
  PoolStats stats(long replayed, int sessions);

  /** The acquisitions and closes under way, those that nobody waits for included. */
  Settling settling();

  /** Closes every idle connection and those in use when they are returned. */
  Mono<Void> close();
}
