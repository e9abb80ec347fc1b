package dev.warmpool.session.settings;

import java.time.Duration;

/**
 * How connections are kept. Immutable.
 *
 * @param size connections kept warm, {@code POOL_SIZE}, 1 to 1,000
 * @param overflow connections beyond those, each closed when it is released, {@code MAX_OVERFLOW},
 *     0 to 1,000
 * @param timeout longest wait for a connection, {@code POOL_TIMEOUT}, 1 ms to a day
 * @param recycle age at which a connection is replaced at its next use, {@code POOL_RECYCLE}, 1 s
 *     to a day
 * @param idle time without use after which a connection is replaced, {@code POOL_IDLE}, 100 ms to a
 *     day
 * @param prePing whether an opening that met a dead connection is replayed, {@code POOL_PRE_PING}
 * @param openingTimeout silence after which an opening counts as dead, {@code OPENING_TIMEOUT}, 10
 *     ms to a day
 */
public record PoolSettings(
    int size,
    int overflow,
    Duration timeout,
    Duration recycle,
    Duration idle,
    boolean prePing,
    Duration openingTimeout) {

  /** The most connections there can be. */
  public int max() {
    return size + overflow;
  }
}
