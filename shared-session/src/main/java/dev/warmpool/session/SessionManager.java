package dev.warmpool.session;

import dev.warmpool.session.blocking.BlockingSessions;
import io.r2dbc.spi.Row;
import java.time.Duration;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Opens sessions on connections that stay warm; one manager serves an execution environment.
 *
 * <pre>{@code
 * Mono<Long> renamed =
 *     sessions.inSession(
 *         SessionOptions.until(InvocationDeadline.of(context)),
 *         session -> session.execute("UPDATE orders SET name = $1 WHERE id = $2", name, id));
 * Long rows = sessions.await(renamed, Duration.ofSeconds(10));
 * }</pre>
 *
 * <p>Creating a manager opens no connection: a connection is acquired at a session's first
 * statement and released when the session has ended. Results are emitted on the thread that runs
 * the connections' event loop, which must not be blocked: by default the thread that is in {@link
 * #await}, else a background thread.
 *
 * <p>Thread-safe. An interface, so that code which uses it can be tested without a server.
 */
public interface SessionManager {

  /**
   * Runs a unit of work in a session.
   *
   * <p>Nothing happens before subscription, and each subscription is a new session. The result of a
   * read-write session is emitted after COMMIT was acknowledged; an error, a cancel or the deadline
   * rolls it back first. An empty unit of work commits too and gives an empty result. A subscriber
   * that cancels is not told when the rollback is done: see {@link #quiesce}.
   *
   * @param options schema, kind, deadline and the like
   * @param work gets the session and returns the publisher to run in it
   * @return the result of the work, or its error, or one of the {@link SessionException}s
   */
  <T> Mono<T> inSession(SessionOptions options, Function<? super Session, ? extends Mono<T>> work);

  /**
   * Runs a unit of work that is one statement, in one round trip where that is safe.
   *
   * <p>A read-write statement at READ COMMITTED on a direct connection is its own transaction, sent
   * together with the opening. If it is not answered, the result is {@link
   * CommitOutcomeUnknownException}, unless {@link SessionOptions#idempotent()} allows to send it
   * again. It is sent so only on a connection that has answered within the last 500 ms, and only if
   * its text is one {@code SELECT}, {@code INSERT}, {@code UPDATE}, {@code DELETE}, {@code MERGE},
   * {@code WITH} or {@code VALUES}; in other cases it runs as by {@link #inSession}, which takes
   * one round trip more. All else is as there.
   *
   * @param options schema, kind, deadline and the like
   * @param sql with {@code $1}, {@code $2}, … for the values
   * @param values bound in order; null is SQL's NULL
   * @return the number of rows changed, emitted after the commit; always one item
   */
  default Mono<Long> execute(SessionOptions options, String sql, @Nullable Object... values) {
    return inSession(options, session -> session.execute(sql, values));
  }

  /**
   * Runs a unit of work that is one statement and returns rows, in one round trip where {@link
   * #execute} does. A read-only or snapshot session's rows are streamed as by {@link #stream};
   * those of others are kept in memory and emitted after the commit.
   *
   * @param options schema, kind, deadline and the like
   * @param sql with {@code $1}, {@code $2}, … for the values
   * @param mapper makes an item of a row and must not return null. It runs while the row is being
   *     read; if it throws, a statement in one flight may have been committed all the same
   * @param values bound in order; null is SQL's NULL
   * @return the items; empty if there are no rows
   */
  default <T> Flux<T> query(
      SessionOptions options,
      String sql,
      Function<? super Row, ? extends T> mapper,
      @Nullable Object... values) {
    if (!options.kind().writes() && options.retries() == 0) {
      return stream(options, session -> session.query(sql, mapper, values));
    }
    return inSession(options, session -> session.<T>query(sql, mapper, values).collectList())
        .flatMapIterable(rows -> rows);
  }

  /**
   * Streams the rows of a read-only or snapshot session as they arrive, with back-pressure.
   *
   * @param options of kind {@code READ_ONLY} or {@code SNAPSHOT}, without retries
   * @param work gets the session and returns the items
   * @return the items; an {@link IllegalArgumentException} for a read-write session, whose result
   *     must not be seen before COMMIT, and for options with retries, because items that were seen
   *     cannot be taken back
   */
  <T> Flux<T> stream(
      SessionOptions options, Function<? super Session, ? extends Publisher<T>> work);

  /**
   * Subscribes and blocks until the result is there; the outermost call of a handler.
   *
   * <p>While it waits, the calling thread runs the connections' event loop itself, unless another
   * caller already does or {@code WARMPOOL_LOOP} is {@code threads}. That saves a session two
   * changes of threads. The session's mappers and operators then run on the calling thread and must
   * not block it.
   *
   * @param limit after which the result is cancelled
   * @return the result; null for an empty one
   * @throws IllegalStateException if there was no result within the limit, if the thread was
   *     interrupted, or on a thread that must not be blocked. Errors of the result are thrown as
   *     they are, checked ones wrapped as Reactor's {@code block} does
   */
  <T> @Nullable T await(Mono<T> result, Duration limit);

  /** The same sessions for code that waits. */
  BlockingSessions blocking();

  /**
   * Runs one small session, from acquiring a connection to the reset, so that its classes are
   * loaded and compiled before the first caller or a snapshot. Leaves a warm connection.
   *
   * @return completes when the session has ended; fails if no connection could be had
   */
  Mono<Void> prime();

  /** The current figures of the pool. */
  PoolStats stats();

  /**
   * Waits until nothing is in flight: no unit of work, no clean-up after a cancel, no connection
   * being opened or closed.
   *
   * @return true, or false if something still was in flight after {@code limit}
   */
  Mono<Boolean> quiesce(Duration limit);

  /**
   * Ends sessions that outlived the code that began them. Sessions of these origins that are still
   * running after half of {@code limit} are rolled back, or their connections closed.
   *
   * @param which selects the sessions by where they were begun
   * @param limit the longest time until completion. A session whose clean-up takes longer goes on
   * @return the origin of each session that was ended, once it holds no connection or the limit has
   *     passed; completes empty if there was none
   */
  Flux<SessionOrigin> endStrays(Predicate<SessionOrigin> which, Duration limit);

  /**
   * Closes every connection and forgets cached credentials: before a snapshot of this process is
   * taken and after one was restored. Sessions that acquire a connection later share nothing with
   * those before.
   *
   * @param limit how long to wait for running sessions. A session that is still running then closes
   *     its connection when it ends
   */
  Mono<Void> renew(Duration limit);

  /**
   * Refuses new sessions and first statements, waits for running sessions, then closes every
   * connection. Closing again does no harm.
   *
   * @param limit how long to wait for running sessions. A session that is still running then closes
   *     its connection when it ends
   */
  Mono<Void> close(Duration limit);
}
