package dev.warmpool.session.internal.run;

import dev.warmpool.session.internal.run.TransactionWords.Suspicion;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.Row;
import io.r2dbc.spi.Statement;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;

/**
 * A statement as data, so that it can be sent again. Immutable.
 *
 * @param sql the text, as PostgreSQL takes it, with {@code $1}… for values
 * @param values binds the values
 * @param reader turns one result into items
 * @param suspicion whether the text has words of transaction control
 * @param turn when it is sent if it is not the only one
 */
record SqlStatement(
    String sql, Consumer<Statement> values, Reader reader, Suspicion suspicion, Turn turn) {

  /** Turns a result into items. */
  @FunctionalInterface
  interface Reader {

    /**
     * The items; fails by emitting a {@link Failure}, never by throwing.
     *
     * @param left whether the items are for no subscriber any more
     */
    Publisher<?> read(Result result, BooleanSupplier left);
  }

  /** When a statement is sent if another is running or the session's opening is unanswered. */
  enum Turn {
    /** Before the opening was answered, for which its items can wait; alone, else refused. */
    PIPELINED,
    /**
     * After the opening was answered, because a {@link Result} that is handed over cannot wait, and
     * after the running statement, as R2DBC expects of its connections.
     */
    WAITING,
    /** After the running statement, although its subscriber has left. */
    UNATTENDED
  }

  /** Takes the place of a row for which there is no subscriber any more, so that none is mapped. */
  private static final Object LEFT = new Object();

  /** Reads the numbers of rows that were changed. */
  private static final Reader CHANGES = (result, left) -> result.getRowsUpdated();

  /** Takes the place of a row whose mapper failed, so that the driver goes on reading. */
  record Failure(Throwable cause) {}

  /** A statement that emits the number of rows changed, one item for each result. */
  static SqlStatement counting(String sql, @Nullable Object[] values) {
    return new SqlStatement(
        sql, BoundValues.inOrder(sql, values), CHANGES, TransactionWords.in(sql), Turn.PIPELINED);
  }

  /** A statement that is sent in any case, after the running one; emits the rows changed. */
  static SqlStatement following(String sql) {
    return new SqlStatement(
        sql, statement -> {}, CHANGES, TransactionWords.in(sql), Turn.UNATTENDED);
  }

  /** A statement that emits its rows, mapped. */
  static SqlStatement mapping(
      String sql, @Nullable Object[] values, Function<? super Row, ?> mapper) {
    return new SqlStatement(
        sql,
        BoundValues.inOrder(sql, values),
        (result, left) ->
            result.map((row, metadata) -> left.getAsBoolean() ? LEFT : mapped(row, mapper)),
        TransactionWords.in(sql),
        Turn.PIPELINED);
  }

  /**
   * A statement that emits its results, to be read while they are handed over.
   *
   * @param session told of errors of the readers
   */
  static SqlStatement results(String sql, Consumer<Statement> values, RunningSession session) {
    return new SqlStatement(
        sql,
        values,
        (result, left) -> GuardedResult.handOver(result, session),
        TransactionWords.in(sql),
        Turn.WAITING);
  }

  private static Object mapped(Row row, Function<? super Row, ?> mapper) {
    try {
      Object mapped = mapper.apply(row);
      return mapped != null
          ? mapped
          : new Failure(
              new NullPointerException(
                  "the row mapper returned null, which no publisher emits: return an Optional or"
                      + " another value for it"));
    } catch (Throwable error) { // a JVM-fatal error thrown here would silence the driver
      return new Failure(FatalErrors.signalled(error));
    }
  }

  /** How many rows an item stands for: a changed row, a returned one; none that others read. */
  long rows(Object item) {
    if (reader == CHANGES) {
      return item instanceof Long count ? count : 0;
    }
    return item instanceof Result ? 0 : 1;
  }

  /** The command with which the text controls the transaction; null if it has none. */
  @Nullable String transactionCommand() {
    return suspicion == Suspicion.NONE ? null : TransactionWords.command(sql);
  }

  /** Whether it may be sent before the opening was answered. */
  boolean pipelined() {
    return turn == Turn.PIPELINED;
  }

  /** Whether the text has a word that could end a transaction. */
  boolean mayEndTransactions() {
    return suspicion == Suspicion.MAY_END;
  }

  /**
   * The items of the statement on this connection; it is sent at subscription.
   *
   * @param left whether the items are for no subscriber any more
   */
  Flux<Object> on(Connection connection, BooleanSupplier left) {
    Statement statement = BoundValues.statement(connection, sql);
    values.accept(statement);
    return Flux.from(BoundValues.execute(statement, sql))
        .concatMap(result -> reader.read(result, left));
  }
}
