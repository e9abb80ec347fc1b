package dev.warmpool.session;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Row;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A unit of work's way to the database: one connection, from its first statement on, and one
 * transaction. Statements run one after another; a second one while the first is on its way is a
 * {@link ConcurrentUseException}. Not to be kept beyond the unit of work.
 *
 * <p>Nothing is sent before subscription, and each subscription sends again. Errors of the database
 * are {@link io.r2dbc.spi.R2dbcException}s. Cancelling a statement stops its rows, not the server;
 * the next statement waits for what is left of it.
 */
public final class Session {

  private final SessionScope scope;
  private final Schema schema;
  private final AtomicInteger savepoints = new AtomicInteger();

  Session(SessionScope scope, Schema schema) {
    this.scope = scope;
    this.schema = schema;
  }

  /** The schema this session's statements run in. */
  public Schema schema() {
    return schema;
  }

  /**
   * Runs a statement, or without values several separated by semicolons.
   *
   * @param sql with {@code $1}… for the values
   * @param values bound in order; null is SQL's NULL; see the driver for the types it takes
   * @return the number of rows changed, summed; always one item
   */
  public Mono<Long> execute(String sql, @Nullable Object... values) {
    return scope.<Long>run(SqlStatement.counting(sql, values.clone())).reduce(0L, Long::sum);
  }

  /**
   * Runs a statement that gives rows.
   *
   * @param sql with {@code $1}… for the values
   * @param mapper makes an item of a row, while the row is there; runs on the event loop, so it
   *     must not block, and must not return null
   * @param values bound in order; null is SQL's NULL
   * @return the items, as they arrive; empty where there are no rows
   */
  public <T> Flux<T> query(
      String sql, Function<? super Row, ? extends T> mapper, @Nullable Object... values) {
    return scope.run(SqlStatement.mapping(sql, values.clone(), mapper));
  }

  /**
   * This session as an R2DBC connection, for jOOQ, Spring's {@code DatabaseClient} and the like.
   * Transaction control, settings and closing are refused with an {@link
   * UnsupportedOperationException}: they are the session's. Results are read while they are handed
   * over, as by {@code flatMap}; what is left of them is drained. A first statement through it
   * costs one round trip more.
   */
  public Connection connection() {
    return new GuardedConnection(scope);
  }

  /**
   * Runs a part that may fail alone: if it does, what it changed is undone, the error is passed on,
   * and the session goes on. Cancelling it undoes it, too, before the next statement. Nests.
   *
   * @throws IllegalStateException as the result, in a read-only session, which has nothing to undo
   */
  public <T> Mono<T> savepoint(Function<? super Session, ? extends Mono<T>> work) {
    return Mono.defer(
        () -> {
          if (scope.options().kind() == SessionOptions.Kind.READ_ONLY) {
            return Mono.error(
                new IllegalStateException(
                    scope.options().named() + " is read-only: it has nothing to undo"));
          }
          String name = "\"savepoint " + savepoints.incrementAndGet() + '"';
          return execute("SAVEPOINT " + name).then(Mono.defer(() -> part(name, work)));
        });
  }

  private <T> Mono<T> part(String name, Function<? super Session, ? extends Mono<T>> work) {
    AtomicBoolean over = new AtomicBoolean();
    String release = "RELEASE SAVEPOINT " + name;
    String undo = "ROLLBACK TO SAVEPOINT " + name + ";" + release;
    return Mono.defer(() -> work.apply(this))
        .materialize()
        .doOnNext(signal -> over.set(true))
        .doOnCancel(
            () -> {
              if (over.compareAndSet(false, true)) {
                scope.runUnattended(undo);
              }
            })
        .flatMap(signal -> execute(signal.isOnError() ? undo : release).thenReturn(signal))
        .dematerialize();
  }
}
