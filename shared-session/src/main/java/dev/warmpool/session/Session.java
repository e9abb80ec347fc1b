package dev.warmpool.session;

import io.r2dbc.spi.Row;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A unit of work's way to the database (skeleton). */
public final class Session {

  private final Schema schema;

  Session(Schema schema) {
    this.schema = schema;
  }

  /** The schema this session's statements run in. */
  public Schema schema() {
    return schema;
  }

  /** Runs one statement, or without values several, and gives the number of rows changed. */
  public Mono<Long> execute(String sql, @Nullable Object... values) {
    throw new UnsupportedOperationException(sql + values.length);
  }

  /** Runs one statement and gives its rows through the mapper. */
  public <T> Flux<T> query(
      String sql, Function<? super Row, T> mapper, @Nullable Object... values) {
    throw new UnsupportedOperationException(sql + values.length);
  }

  /** Runs a part that may fail alone: rolled back to where it began if it does. */
  public <T> Mono<T> savepoint(Function<? super Session, Mono<T>> work) {
    throw new UnsupportedOperationException();
  }
}
