package dev.warmpool.session;

import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.postgresql.api.PostgresqlStatement;
import io.r2dbc.spi.Blob;
import io.r2dbc.spi.Clob;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.Row;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;

/**
 * A statement as data, so that it can be sent again: text, values, and what becomes of its results.
 * Immutable.
 *
 * @param sql the text, as PostgreSQL takes it, with {@code $1}… for values
 * @param values bound in this order
 * @param reader turns one result into items; fails by giving a {@link Failure}, never by throwing
 */
record SqlStatement(String sql, @Nullable Object[] values, Function<Result, Publisher<?>> reader) {

  private static final Pattern CONTROL =
      Pattern.compile("\\b(?:commit|rollback|abort|end|chain)\\b", Pattern.CASE_INSENSITIVE);

  /** Stands in the stream of rows for one whose mapper failed: the driver goes on reading. */
  record Failure(Throwable cause) {}

  SqlStatement {
    for (Object value : values) {
      if (value instanceof Blob || value instanceof Clob) {
        throw new IllegalArgumentException(
            "a Blob or Clob can be read only once, so its statement could not be sent again:"
                + " bind a byte array, a ByteBuffer or a String");
      }
    }
  }

  /** The number of rows changed, one figure for each result. */
  static SqlStatement counting(String sql, @Nullable Object[] values) {
    return new SqlStatement(sql, values, Result::getRowsUpdated);
  }

  /** The rows, mapped. */
  static SqlStatement mapping(
      String sql, @Nullable Object[] values, Function<? super Row, ?> mapper) {
    return new SqlStatement(
        sql, values, result -> result.map((row, metadata) -> mapped(row, mapper)));
  }

  /** Whether the text has a word that could end a transaction; with values it is one statement. */
  boolean mayControlTransactions() {
    return values.length == 0 && CONTROL.matcher(sql).find();
  }

  private static Object mapped(Row row, Function<? super Row, ?> mapper) {
    try {
      Object mapped = mapper.apply(row);
      return mapped != null
          ? mapped
          : new Failure(new NullPointerException("the row mapper returned null"));
    } catch (Throwable error) { // a JVM-fatal error thrown here would silence the driver
      return new Failure(WorkFailedException.passable(error));
    }
  }

  /** What the driver gives for it on this connection; sent at subscription. */
  Flux<Object> on(PostgresqlConnection connection) {
    PostgresqlStatement statement = connection.createStatement(sql);
    for (int i = 0; i < values.length; i++) {
      bind(statement, i, values[i]);
    }
    return statement.execute().concatMap(reader);
  }

  private static void bind(PostgresqlStatement statement, int index, @Nullable Object value) {
    if (value == null) {
      statement.bindNull(index, Object.class);
    } else {
      statement.bind(index, value);
    }
  }
}
