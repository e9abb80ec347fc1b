package dev.warmpool.session.blocking;

import dev.warmpool.session.Schema;
import dev.warmpool.session.Session;
import io.r2dbc.spi.Row;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * The database as a unit of work that waits sees it: one connection, acquired at the first
 * statement, and one transaction.
 *
 * <p>Each call returns when the server has answered. Errors of the database are {@link
 * io.r2dbc.spi.R2dbcException}s, to be told apart by SQLSTATE. Used by one thread at a time; valid
 * until its unit of work has ended: later statements fail with {@link
 * dev.warmpool.session.SessionClosedException}. An interface, so that code which uses it can be
 * tested without a server.
 */
public interface BlockingSession {

  /** The schema in which this session's statements run. */
  Schema schema();

  /**
   * Runs one statement, or several without values, separated by semicolons.
   *
   * @param sql with {@code $1}, {@code $2}, … for the values
   * @param values bound in order; null is SQL's NULL; {@code docs/values.md} lists the types
   * @return the number of rows changed, summed over the statements
   */
  long execute(String sql, @Nullable Object... values);

  /**
   * Runs one statement for each row of values, many of them in a round trip where the text allows
   * it: see {@link Session#batch}.
   *
   * @param sql with {@code $1}, {@code $2}, … for the values
   * @param rows the values of each row; all have the same number. They are taken on the calling
   *     thread, up to a thousand ahead, and may be computed or read meanwhile
   * @return the number of rows changed
   * @throws dev.warmpool.session.BatchFailedException if the database refuses a row
   */
  long batch(String sql, Iterable<? extends @Nullable Object[]> rows);

  /**
   * Runs {@code COPY … FROM STDIN}: the fastest way to insert many rows. See {@link
   * Session#copyIn}.
   *
   * @param sql one {@code COPY … FROM STDIN}, in any of the server's formats
   * @param data in that format, read on the calling thread as the connection takes it; not closed
   * @return the number of rows copied
   * @throws IOException of the data; nothing is copied then
   * @throws dev.warmpool.session.BatchFailedException with the line if the database refuses one
   */
  long copyIn(String sql, InputStream data) throws IOException;

  /**
   * A statement that returns rows. Nothing is sent before the rows are asked for, as by {@link
   * Rows#one}; each time they are, the statement is sent.
   *
   * @param sql with {@code $1}, {@code $2}, … for the values
   * @param mapper makes an item of a row and must not return null: a lambda, or {@link
   *     dev.warmpool.session.RecordMapper} for a record. It runs on the event loop while the row is
   *     being read, so it must not block, nor use a session
   * @param values bound in order; null is SQL's NULL
   */
  <T> Rows<T> query(
      String sql, Function<? super Row, ? extends T> mapper, @Nullable Object... values);

  /**
   * Runs a part of the work that can fail without failing the session. If the part throws, its
   * changes are undone, its exception is thrown as it is, and the session can go on. Savepoints
   * nest.
   *
   * @return the result of the part
   * @throws E as the part does
   * @throws IllegalStateException in a read-only session, which has nothing to undo
   */
  <T extends @Nullable Object, E extends Exception> T savepoint(SessionWork<T, E> work) throws E;

  /**
   * Runs reactive code in this session and waits for its result: for jOOQ, Spring's {@code
   * DatabaseClient} and others that take {@link Session#connection()}.
   *
   * @param work gets this session and returns the publisher to run in it. It runs on the event
   *     loop, which it must not block
   * @return the result; null for an empty one. Errors are thrown as they are, checked ones wrapped
   *     as Reactor's {@code block} does
   */
  <T> @Nullable T reactive(Function<? super Session, ? extends Mono<T>> work);
}
