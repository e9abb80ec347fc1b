package dev.warmpool.session;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Row;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
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
