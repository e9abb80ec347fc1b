package dev.warmpool.session.blocking;

/**
 * A unit of work that waits for its statements and has no result.
 *
 * @param <E> the checked exception that it throws; the compiler infers {@code RuntimeException} for
 *     none
 */
@FunctionalInterface
public interface SessionTask<E extends Exception> {

  /** Runs as {@link SessionWork#run} does. */
  void run(BlockingSession session) throws E;
}
