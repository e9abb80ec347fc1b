package dev.warmpool.session;

import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.Row;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

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
  private final boolean clean;
  private final long number;

  Lease(
      SessionPool pool,
      Connection pooled,
      PostgresqlConnection connection,
      PhysicalConnection physical) {
    this.pool = pool;
    this.pooled = pooled;
    this.connection = connection;
    this.physical = physical;
    this.reused = physical.isReused();
    this.clean = physical.isClean();
    this.number = physical.begin();
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
   * Sends the opening, behind a reset where the last session's has not been acknowledged; completes
   * when it was answered.
   *
   * @param ghost ends what a lost opening may have left behind; empty for nothing
   */
  Mono<Void> open(String ghost, String text) {
    Mono<Void> opening = physical.backend() == null ? identifying(text) : send(text);
    String before = clean ? "" : pool.reset();
    return before.isEmpty() && ghost.isEmpty()
        ? opening
        : Flux.mergeSequential(send(before), send(ghost), opening).then();
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

  /**
   * Commits, with the reset right behind; completes when both were acknowledged.
   *
   * @param acknowledged called when the commit was, whatever becomes of the reset
   */
  Mono<Void> commit(Runnable acknowledged) {
    return Mono.whenDelayError(
        connection.commitTransaction().doOnSuccess(done -> acknowledged.run()), reset());
  }

  /** Rolls back by a literal statement: the driver's own looks at a state that may be stale. */
  Mono<Void> rollBack() {
    return Mono.whenDelayError(send("ROLLBACK"), reset());
  }

  /** Resets all session state. */
  Mono<Void> reset() {
    return send(pool.reset())
        .doOnSuccess(done -> physical.acknowledgeReset(number))
        .doOnError(error -> physical.breakOff());
  }

  /** Asks the server to cancel what runs on this connection; it may hit whatever comes after. */
  Mono<Void> cancelStatement(Duration limit) {
    physical.breakOff();
    return connection.cancelRequest().timeout(limit).onErrorComplete();
  }

  private Mono<Void> send(String text) {
    return text.isEmpty()
        ? Mono.empty()
        : Flux.from(statements().createStatement(text).execute())
            .concatMap(Result::getRowsUpdated)
            .then();
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
    return physical.isBroken() || pool.shelf().isFull()
        ? discard()
        : Mono.from(pooled.close())
            .doOnSuccess(done -> pool.shelf().returned(true))
            .doOnError(error -> pool.shelf().returned(false));
  }

  /** Closes it; its place in the pool is free again. */
  Mono<Void> discard() {
    return close().doOnTerminate(() -> pool.shelf().returned(false));
  }

  /** Closes it without a word to those who count. */
  Mono<Void> close() {
    physical.breakOff();
    return SessionPool.closed(connection).then(Mono.defer(() -> Mono.from(pooled.close())));
  }

  /** Closes it and has every connection that is as old replaced: what killed one, killed all. */
  Mono<Void> discardAllAsOld() {
    pool.expireUpTo(physical.generation());
    return discard();
  }
}
