package dev.warmpool.session;

import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import io.r2dbc.spi.Row;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Signal;

/**
 * One connection while one session has it. Ends by {@link #release()} or {@link #discard()}, once.
 * Confined to that session.
 */
final class Lease {

  private final SessionPool pool;
  private final Connection pooled;
  private final PostgresqlConnection connection;
  private final PhysicalConnection physical;
  private final boolean reused;
  private volatile boolean dirty;

  Lease(
      SessionPool pool,
      Connection pooled,
      PostgresqlConnection connection,
      PhysicalConnection physical) {
    this.pool = pool;
    this.pooled = pooled;
    this.connection = connection;
    this.physical = physical;
    this.reused = physical.use();
  }

  /** The connection, to make statements on. */
  Connection statements() {
    return physical.statements();
  }

  /** The server's version, as it says it. */
  String version() {
    return connection.getMetadata().getDatabaseVersion();
  }

  /** Whether an earlier session has used the connection, so that it may have died since. */
  boolean isReused() {
    return reused;
  }

  /** What the driver was last told of the transaction's state; costs nothing. */
  boolean inTransaction() {
    return !connection.isAutoCommit();
  }

  /** The server's major version. */
  int serverVersion() {
    return physical.serverVersion();
  }

  /**
   * Sends the opening; completes when it was answered. The server answers in order, so by then it
   * is known, too, whether the reset that the session before left on its way was done.
   *
   * @param ghost ends what a lost opening may have left behind; empty for nothing
   */
  Mono<Void> open(String ghost, String text) {
    dirty = true;
    Mono<Void> opening = physical.backend() == null ? identifying(text) : send(text);
    Mono<Void> sent = ghost.isEmpty() ? opening : Flux.mergeSequential(send(ghost), opening).then();
    return sent.then(Mono.defer(this::proven));
  }

  private Mono<Void> proven() {
    return physical.hasResetFailed() ? Mono.error(notReset()) : Mono.empty();
  }

  /** As if nobody had answered: the opening goes out again on another connection. */
  private static R2dbcException notReset() {
    return new R2dbcNonTransientResourceException("the reset in front of the opening failed");
  }

  private Mono<Void> identifying(String text) {
    return Flux.from(statements().createStatement(text).execute())
        .concatMap(result -> result.map((row, metadata) -> identified(row)))
        .then();
  }

  /** A connection's first opening also says which backend it is. */
  private boolean identified(Row row) {
    if (row.getMetadata().getColumnMetadatas().size() > 1) {
      physical.identify(
          new Backend(row.get(1, Integer.class), String.valueOf(row.get(2, String.class))));
    }
    return true;
  }

  /** Fails, and fails the transaction, where it is not the one that the opening began. */
  Mono<Void> check() {
    return send(Opening.CHECK);
  }

  /** Which backend it is; null while that is not known. */
  @Nullable Backend backend() {
    return physical.backend();
  }

  /** Commits by the driver's own call: a text that commits a failed transaction succeeds. */
  Mono<Void> commit() {
    return connection.commitTransaction();
  }

  /** Rolls back by a literal statement: the driver's own looks at a state that may be stale. */
  Mono<Void> rollBack() {
    return Mono.whenDelayError(send("ROLLBACK"), reset());
  }

  /** Resets all session state; whoever fails to hear of it, the next opening will. */
  Mono<Void> reset() {
    dirty = false;
    return physical.reset();
  }

  /** Asks the server to cancel what runs on this connection; it may hit whatever comes after. */
  Mono<Void> cancelStatement(Duration limit) {
    physical.breakOff();
    return !pool.passesCancels()
        ? Mono.empty()
        : connection.cancelRequest().timeout(limit).onErrorComplete();
  }

  private Mono<Void> send(String text) {
    return physical.run(text);
  }

  /** It must not be used again. */
  void breakOff() {
    physical.breakOff();
  }

  boolean isBroken() {
    return physical.isBroken();
  }

  /** Gives it back to the pool, or closes it where it must not be used again. */
  Mono<Void> release() {
    physical.touch();
    boolean kept = !dirty && !physical.isBroken() && pool.shelf().reserve();
    return kept ? Mono.from(pooled.close()).doOnEach(this::returned) : discard();
  }

  /** Gives it back where nobody waits for that. */
  void releaseUnattended() {
    pool.settling().awaited(release()).subscribe(nothing -> {}, error -> {});
  }

  private void returned(Signal<Void> end) {
    pool.shelf().returned(end.isOnComplete());
  }

  /** Closes it; its place in the pool is free again. */
  Mono<Void> discard() {
    return pool.settling().awaited(close().doOnTerminate(() -> pool.shelf().closed()));
  }

  /** Closes it without a word to those who count. */
  Mono<Void> close() {
    physical.breakOff();
    return pool.connections().closed(connection).then(Mono.defer(() -> Mono.from(pooled.close())));
  }

  /** Closes it and has every connection that is as old replaced: what killed one, killed all. */
  Mono<Void> discardAllAsOld() {
    pool.connections().expireUpTo(physical.generation());
    return discard();
  }
}
