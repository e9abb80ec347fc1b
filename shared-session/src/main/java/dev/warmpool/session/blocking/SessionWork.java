package dev.warmpool.session.blocking;

import org.jspecify.annotations.Nullable;

/**
 * A unit of work that waits for its statements and has a result.
 *
 * @param <T> the result, which may be null
 * @param <E> the checked exception that it throws; the compiler infers {@code RuntimeException} for
 *     none
 */
@FunctionalInterface
public interface SessionWork<T extends @Nullable Object, E extends Exception> {

  /**
   * Runs on the calling thread, outside the event loop, and may block. With retries it runs again
   * for each of them.
   */
  T run(BlockingSession session) throws E;
}
