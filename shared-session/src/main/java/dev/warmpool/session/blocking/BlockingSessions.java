package dev.warmpool.session.blocking;

import dev.warmpool.session.SessionOptions;
import io.r2dbc.spi.Row;
import java.util.List;
import java.util.function.Function;
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

  /**
   * Runs a unit of work that is one statement and waits for it, in one round trip where {@link
   * dev.warmpool.session.SessionManager#execute} takes one. An interrupt ends it, and the statement
   * may have been applied.
   *
   * @param options schema, kind, deadline and the like
   * @param sql with {@code $1}, {@code $2}, … for the values
   * @param values bound in order; null is SQL's NULL
   * @return the number of rows changed
   */
  default long execute(SessionOptions options, String sql, @Nullable Object... values) {
    return this.<Long, RuntimeException>inSession(options, session -> session.execute(sql, values));
  }

  /**
   * Runs a unit of work that is one statement and waits for its rows, as {@link #execute} does.
   *
   * @param options schema, kind, deadline and the like
   * @param sql with {@code $1}, {@code $2}, … for the values
   * @param mapper makes an item of a row and must not return null or block. If it throws, the
   *     statement may have been applied all the same
   * @param values bound in order; null is SQL's NULL
   * @return all rows, in memory; an immutable list
   */
  default <T> List<T> query(
      SessionOptions options,
      String sql,
      Function<? super Row, ? extends T> mapper,
      @Nullable Object... values) {
    return this.<List<T>, RuntimeException>inSession(
        options, session -> session.<T>query(sql, mapper, values).list());
  }
}
