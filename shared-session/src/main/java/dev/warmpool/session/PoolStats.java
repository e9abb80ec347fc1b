package dev.warmpool.session;

/**
 * The pool at one moment, each figure a count. The figures are read one after another, so that
 * under load they need not add up.
 *
 * @param acquired connections that sessions hold
 * @param idle connections kept warm
 * @param pending sessions that wait for a connection
 * @param max the most connections there can be, {@code POOL_SIZE} + {@code MAX_OVERFLOW}
 * @param opened connections opened so far
 * @param replayed openings sent again on another connection so far
 * @param sessions units of work under way, clean-up after a cancel included
 */
public record PoolStats(
    int acquired, int idle, int pending, int max, long opened, long replayed, int sessions) {}
