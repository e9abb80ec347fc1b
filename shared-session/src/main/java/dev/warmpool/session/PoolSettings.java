package dev.warmpool.session;

import java.time.Duration;

/**
 * How connections are kept.
 *
 * @param concurrency callers that the environment has at once, {@code AWS_LAMBDA_MAX_CONCURRENCY}
 * @param size connections kept warm, {@code POOL_SIZE}, 1 to 1,000
 * @param overflow connections beyond those, each closed when it is returned, {@code MAX_OVERFLOW}
 * @param timeout longest wait for a connection, {@code POOL_TIMEOUT}
 * @param recycle age at which a connection is replaced at its next use, {@code POOL_RECYCLE}
 * @param idle time without use after which it is replaced, {@code POOL_IDLE}
 * @param prePing whether an opening that met a dead connection is replayed, {@code POOL_PRE_PING}
 * @param openingTimeout silence after which an opening counts as dead, {@code OPENING_TIMEOUT}
 */
public record PoolSettings(
    int concurrency,
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
