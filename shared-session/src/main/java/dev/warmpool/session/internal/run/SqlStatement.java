package dev.warmpool.session.internal.run;

import dev.warmpool.session.internal.guard.FatalErrors;
import dev.warmpool.session.internal.postgres.ServerConnection;
import dev.warmpool.session.internal.rows.BatchRows;
import dev.warmpool.session.internal.sql.TransactionWords;
import dev.warmpool.session.internal.sql.TransactionWords.Suspicion;
import dev.warmpool.session.internal.values.BoundValues;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.Row;
import io.r2dbc.spi.Statement;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;

/**
 * A statement as data, so that it can be sent again. Immutable.
 *
 * @param sql the text, as PostgreSQL takes it, with {@code $1}… for values; reports and messages
 *     show it
 * @param sending sends the statement and emits its items
 * @param items what the items are
 * @param suspicion whether the text has words of transaction control
 * @param turn when it is sent if it is not the only one
 */
record SqlStatement(String sql, Sending sending, Items items, Suspicion suspicion, Turn turn) {

  /** Sends a statement. */
  @FunctionalInterface
  interface Sending {

    /**
     * The items of the statement on this connection; it is sent at subscription.
     *
     * @param left whether the items are for no subscriber any more
     */
    Flux<Object> on(ServerConnection connection, BooleanSupplier left);
  }

  /** What the items of a statement are. */
  enum Items {
    /** Numbers of rows that were changed. */
    CHANGES,
    /** Rows, mapped. */
    ROWS,
    /** Results, which others read. */
    RESULTS
  }

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
     * After the opening was answered, since its data can be read only once; alone, else refused.
     */
    ALONE,
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
    return counting(sql, sql, BoundValues.inOrder(sql, values));
  }

  /**
   * The same, with a text that stands for many rows.
   *
   * @param sent the text to send instead
   */
  static SqlStatement counting(String sql, String sent, List<BatchRows.Row> rows) {
    return counting(sql, sent, BoundValues.inRows(sent, rows));
  }

  /**
   * The same, with a text that takes the values of many rows as arrays.
   *
   * @param sent the text to send instead
   */
  static SqlStatement inserting(String sql, String sent, List<String> arrays) {
    return counting(sql, sent, BoundValues.inOrder(sent, arrays.toArray()));
  }

  private static SqlStatement counting(String sql, String sent, Consumer<Statement> values) {
    return new SqlStatement(
        sql,
        sending(sent, values, CHANGES),
        Items.CHANGES,
        TransactionWords.in(sql),
        Turn.PIPELINED);
  }

  /** A statement that is sent in any case, after the running one; emits the rows changed. */
  static SqlStatement following(String sql) {
    return new SqlStatement(
        sql,
        sending(sql, statement -> {}, CHANGES),
        Items.CHANGES,
        TransactionWords.in(sql),
        Turn.UNATTENDED);
  }

  /** A statement that emits its rows, mapped. */
  static SqlStatement mapping(
      String sql, @Nullable Object[] values, Function<? super Row, ?> mapper) {
    return new SqlStatement(
        sql,
        sending(
            sql,
            BoundValues.inOrder(sql, values),
            (result, left) ->
                result.map((row, metadata) -> left.getAsBoolean() ? LEFT : mapped(row, mapper))),
        Items.ROWS,
        TransactionWords.in(sql),
        Turn.PIPELINED);
  }

  /**
   * A statement whose results others read.
   *
   * @param handOver hands a result over, and completes when it has been read
   */
  static SqlStatement results(String sql, Consumer<Statement> values, Reader handOver) {
    return new SqlStatement(
        sql, sending(sql, values, handOver), Items.RESULTS, TransactionWords.in(sql), Turn.WAITING);
  }

  /** A {@code COPY … FROM STDIN} that emits the number of rows copied. */
  static SqlStatement copying(String sql, Publisher<byte[]> data) {
    return new SqlStatement(
        sql,
        (connection, left) -> connection.copyIn(sql, data).cast(Object.class).flux(),
        Items.CHANGES,
        Suspicion.NONE,
        Turn.ALONE);
  }

  private static Sending sending(String sql, Consumer<Statement> values, Reader reader) {
    return (connection, left) -> {
      Statement statement = BoundValues.statement(connection.statements(), sql);
      values.accept(statement);
      return Flux.from(BoundValues.execute(statement, sql))
          .concatMap(result -> reader.read(result, left));
    };
  }

  private static Object mapped(Row row, Function<? super Row, ?> mapper) {
    try {
      Object mapped = mapper.apply(row);
      return mapped != null
          ? mapped
          : new Failure(
              new NullPointerException(
                  "the row mapper returned null: return an Optional or another value for it, or"
                      + " use coalesce in the statement"));
    } catch (Throwable error) { // a JVM-fatal error thrown here would silence the driver
      return new Failure(FatalErrors.signalled(error));
    }
  }

  /** How many rows an item stands for: a changed row, a returned one; none that others read. */
  long rows(Object item) {
    return switch (items) {
      case CHANGES -> item instanceof Long count ? count : 0;
      case ROWS -> 1;
      case RESULTS -> 0;
    };
  }

  /** The command with which the text controls the transaction; null if it has none. */
  @Nullable String transactionCommand() {
    return suspicion == Suspicion.NONE ? null : TransactionWords.command(sql);
  }

  /** Whether it may be sent before the opening was answered. */
  boolean pipelined() {
    return turn == Turn.PIPELINED;
  }

  /** Whether it is refused, instead of waiting, while another is running. */
  boolean alone() {
    return turn == Turn.PIPELINED || turn == Turn.ALONE;
  }

  /** Whether the text has a word that could end a transaction. */
  boolean mayEndTransactions() {
    return suspicion == Suspicion.MAY_END;
  }
}
