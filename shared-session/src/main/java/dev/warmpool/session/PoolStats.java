package dev.warmpool.session;

/**
 * The pool at one moment; each figure is a count. Immutable. The figures of a busy pool are read
 * one after another, so they need not add up.
 *
 * @param acquired connections that sessions hold
 * @param idle connections kept warm
 * @param pending sessions that wait for a permit to acquire a connection
 * @param max the most connections there can be, {@code POOL_SIZE} + {@code MAX_OVERFLOW}
 * @param opened connections opened since the manager was created or last renewed: an environment
 *     that was restored from a snapshot counts its own
 * @param replayed openings sent again on another connection so far, because they were not answered
 * @param sessions units of work in flight, including clean-up after a cancel
 */
public record PoolStats(
    int acquired, int idle, int pending, int max, long opened, long replayed, int sessions) {}
