package dev.warmpool.session;

/**
 * A session as a {@link SessionListener} hears of it. Immutable.
 *
 * @param number which no other session of its manager has
 * @param options of the session, whose text does not contain the values of settings
 */
public record ObservedSession(long number, SessionOptions options) {}
