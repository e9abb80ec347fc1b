package dev.warmpool.session.blocking;

import dev.warmpool.session.SessionOptions;
import org.jspecify.annotations.Nullable;

/**
 * Opens sessions for code that waits.
 *
 * <pre>{@code
 * public final class ShipOrderHandler implements RequestHandler<Map<String, Long>, String> {
 *
 *   public String handleRequest(Map<String, Long> event, Context context) {
 *     return SharedSessions.blocking(context).inSession(SessionOptions.standard(), session -> {
 *       String item = session.query("SELECT item FROM orders WHERE id = $1",
 *           row -> row.get(0, String.class), event.get("id")).one();
 *       session.execute("UPDATE orders SET shipped = now() WHERE id = $1", event.get("id"));
 *       return item;
 *     });
 *   }
 * }
 * }</pre>
 *
 * <p>Each call waits on the calling thread, which runs the connections' event loop meanwhile, so
 * that a statement takes no other thread. Between its statements the work is outside the event loop
 * and may block as it likes, also in further sessions. Virtual threads do not run the loop, because
 * its selector would pin their carrier before JDK 24; a background thread runs it for them.
 *
 * <p>An interrupt ends the session: it is rolled back, the thread's interrupt status is set again,
 * and {@link SessionInterruptedException} is thrown. Once COMMIT is under way the interrupt waits
 * for its outcome. The work's own waits are not interrupted at the deadline: the server ends the
 * transaction then, and the work's next statement or its return fails with {@link
 * dev.warmpool.session.DeadlineExceededException}.
 *
 * <p>Thread-safe: each calling thread has its own session. An interface, so that code which uses it
 * can be tested without a server.
 */
public interface BlockingSessions {

  /**
   * Runs a unit of work in a session and returns its result once the session has ended: after
   * COMMIT was acknowledged. If the work throws, the session is rolled back first, and the
   * exception is thrown as it is.
   *
   * @param options schema, kind, deadline and the like
   * @param work gets the session
   * @return the result of the work
   * @throws E as the work does
   * @throws dev.warmpool.session.SessionException if the session itself fails
   * @throws IllegalStateException on a thread that must not be blocked, such as in a row mapper or
   *     in an operator of a reactive session
   */
  <T extends @Nullable Object, E extends Exception> T inSession(
      SessionOptions options, SessionWork<T, E> work) throws E;

  /**
   * Runs a unit of work without a result in a session, as {@link #inSession} does.
   *
   * @param options schema, kind, deadline and the like
   * @param work gets the session
   * @throws E as the work does
   */
  <E extends Exception> void useSession(SessionOptions options, SessionTask<E> work) throws E;
}
