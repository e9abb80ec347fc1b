package dev.warmpool.session.internal.run;

import dev.warmpool.session.Schema;
import dev.warmpool.session.Session;
import dev.warmpool.session.SessionOptions;
import dev.warmpool.session.internal.postgres.SessionSql;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Row;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SignalType;

/** A running session as its unit of work sees it. Thread-safe, though statements run in order. */
final class PooledSession implements Session {

  private static final String RETURNED_NULL =
      "the part that runs in a savepoint returned null: return Mono.empty() for no result";

  private final SessionStatements running;
  private final Schema schema;
  private final AtomicInteger savepoints = new AtomicInteger();

  PooledSession(SessionStatements running, Schema schema) {
    this.running = running;
    this.schema = schema;
  }

  @Override
  public Schema schema() {
    return schema;
  }

  @Override
  public Mono<Long> execute(String sql, @Nullable Object... values) {
    return running
        .<Long>run(SqlStatement.counting(required(sql), copied(values)))
        .reduce(0L, Long::sum);
  }

  @Override
  public <T> Flux<T> query(
      String sql, Function<? super Row, ? extends T> mapper, @Nullable Object... values) {
    Objects.requireNonNull(mapper, "the row mapper is null");
    return running.run(SqlStatement.mapping(required(sql), copied(values), mapper));
  }

  @Override
  public Mono<Long> batch(String sql, Publisher<? extends @Nullable Object[]> rows) {
    Objects.requireNonNull(rows, "the rows are null");
    return new RowBatch(running, required(sql)).run(rows);
  }

  @Override
  public Mono<Long> copyIn(String sql, Publisher<ByteBuffer> data) {
    Objects.requireNonNull(data, "the data is null");
    return new CopyIn(running, required(sql)).run(data);
  }

  private static String required(String sql) {
    return Objects.requireNonNull(sql, "the text of the statement is null");
  }

  /** Java passes a lone null as no array, where the caller means one NULL. */
  private static @Nullable Object[] copied(@Nullable Object @Nullable [] values) {
    return values == null ? new @Nullable Object[] {null} : values.clone();
  }

  @Override
  public Connection connection() {
    return new GuardedConnection(running);
  }

  @Override
  public <T> Mono<T> savepoint(Function<? super Session, ? extends Mono<T>> work) {
    Objects.requireNonNull(work, "the part to run in a savepoint is null");
    return Mono.defer(
        () -> {
          String refusal = refusal(running.options());
          if (refusal != null) {
            return Mono.error(new IllegalStateException(running.options().label() + refusal));
          }
          int number = savepoints.incrementAndGet();
          return execute(SessionSql.savepoint(number)).then(Mono.defer(() -> part(number, work)));
        });
  }

  private static @Nullable String refusal(SessionOptions options) {
    return switch (options.kind()) {
      case READ_ONLY -> " is read-only: it has nothing to undo";
      case OUTSIDE_TRANSACTION -> " runs outside a transaction: it undoes nothing";
      case READ_WRITE, SNAPSHOT -> null;
    };
  }

  /**
   * The part between SAVEPOINT and RELEASE; undone if it fails or is cancelled. A cancel reaches
   * what is in the part first, so that it ends before the part is undone; an error that comes
   * meanwhile does not undo it again.
   */
  private <T> Mono<T> part(int number, Function<? super Session, ? extends Mono<T>> work) {
    AtomicBoolean ended = new AtomicBoolean();
    String release = SessionSql.release(number);
    String undo = SessionSql.undo(number);
    return Mono.defer(() -> Objects.requireNonNull(work.apply(this), RETURNED_NULL))
        .materialize()
        .doFinally(
            type -> {
              if (type == SignalType.CANCEL && ended.compareAndSet(false, true)) {
                running.runUnattended(undo);
              }
            })
        .filter(signal -> ended.compareAndSet(false, true))
        .flatMap(
            signal ->
                running
                    .run(SqlStatement.following(signal.isOnError() ? undo : release))
                    .then(Mono.just(signal)))
        .dematerialize();
  }
}
