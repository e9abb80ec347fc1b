package dev.warmpool.session;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Row;
import java.nio.ByteBuffer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The database as a unit of work sees it: one connection, acquired at the first statement, and one
 * transaction.
 *
 * <p>Statements run one after another; a second one while the first is running fails with {@link
 * ConcurrentUseException}. Nothing is sent before subscription, and each subscription sends again.
 * Errors of the database are {@link io.r2dbc.spi.R2dbcException}s, to be told apart by SQLSTATE.
 * Cancelling a statement stops its rows, not the server; the next statement waits for the rest.
 *
 * <p>Valid until its unit of work has ended: later statements fail with {@link
 * SessionClosedException}. An interface, so that code which uses it can be tested without a server.
 */
public interface Session {

  /** The schema in which this session's statements run. */
  Schema schema();

  /**
   * Runs one statement, or several without values, separated by semicolons.
   *
   * @param sql with {@code $1}, {@code $2}, … for the values
   * @param values bound in order; null is SQL's NULL; {@code docs/values.md} lists the types
   * @return the number of rows changed, summed over the statements; always one item
   */
  Mono<Long> execute(String sql, @Nullable Object... values);

  /**
   * Runs one statement that returns rows.
   *
   * @param sql with {@code $1}, {@code $2}, … for the values
   * @param mapper makes an item of a row and must not return null. It runs while the row is being
   *     read, on the event loop, which it must not block
   * @param values bound in order; null is SQL's NULL
   * @return the items as they arrive; empty if there are no rows
   */
  <T> Flux<T> query(
      String sql, Function<? super Row, ? extends T> mapper, @Nullable Object... values);

  /**
   * Runs one statement for each row of values.
   *
   * <p>An {@code INSERT … VALUES (…)}, also with {@code ON CONFLICT}, is sent as statements of many
   * rows each, a round trip for up to a thousand rows or so. That needs a text in which no row can
   * see the rows before it: each value is made of parameters, constants, {@code DEFAULT}, casts,
   * operators and well-known functions such as {@code now()}; there is no {@code RETURNING}, and
   * the target of {@code DO UPDATE} is columns whose values are parameters. Rows that name one row
   * twice are sent in two statements; if only a cast, a column's rounding or a trigger makes their
   * keys the same, the batch fails with SQLSTATE 21000. Any other text runs once for each row, one
   * after another. Triggers for each statement run once for each statement that is sent.
   *
   * <p>Rows are asked for when they are needed; a statement's rows are kept in memory until it has
   * been answered. The first error ends the batch, and the transaction with it unless the batch
   * runs in a {@link #savepoint}; a {@link BatchFailedException} tells of which rows one was
   * refused by the database. Cancelling a batch that has begun fails the transaction, too.
   *
   * @param sql with {@code $1}, {@code $2}, … for the values
   * @param rows the values of each row, as {@link #execute} takes them; all rows have the same
   *     number
   * @return the number of rows changed; 0 without rows, for which nothing is sent; in a session
   *     outside a transaction, which could not undo a part, an {@link IllegalStateException}
   */
  Mono<Long> batch(String sql, Publisher<? extends @Nullable Object[]> rows);

  /**
   * Runs {@code COPY … FROM STDIN}: the fastest way to insert many rows.
   *
   * <p>Data is asked for as the connection takes it, in pieces that need not end with a row. If the
   * publisher fails or the copy is cancelled, the server is told, nothing is copied, and the
   * transaction has failed unless the copy runs in a {@link #savepoint}. If the session's first
   * statement is a copy, it costs one round trip more.
   *
   * @param sql one {@code COPY … FROM STDIN}, in any of the server's formats
   * @param data in that format; a buffer must not be changed once it was emitted
   * @return the number of rows copied; an {@link IllegalArgumentException} for another text, a
   *     {@link BatchFailedException} with the line if the database refuses one, the publisher's
   *     error if it fails
   */
  Mono<Long> copyIn(String sql, Publisher<ByteBuffer> data);

  /**
   * This session as an R2DBC connection, for jOOQ, Spring's {@code DatabaseClient} and the like.
   *
   * <p>Transaction control, settings and {@code close} belong to the session and fail with {@link
   * UnsupportedOperationException}. A result has to be read while it is handed over, as by {@code
   * flatMap}; rows that are left unread are dropped. If the session's first statement runs through
   * this connection, it costs one round trip more.
   */
  Connection connection();

  /**
   * Runs a part of the work that can fail without failing the session. If the part fails, its
   * changes are undone, its error is emitted, and the session goes on. Cancelling the part undoes
   * its changes before the next statement runs. Savepoints nest.
   *
   * @return the result of the part; an {@link IllegalStateException} in a read-only session, which
   *     has nothing to undo
   */
  <T> Mono<T> savepoint(Function<? super Session, ? extends Mono<T>> work);
}
