package dev.warmpool.session.internal.run;

import dev.warmpool.session.Schema;
import dev.warmpool.session.Session;
import dev.warmpool.session.SessionOptions;
import dev.warmpool.session.internal.postgres.SessionSql;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Row;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A running session as its unit of work sees it. Thread-safe, though statements run in order. */
final class PooledSession implements Session {

  private final RunningSession running;
  private final Schema schema;
  private final AtomicInteger savepoints = new AtomicInteger();

  PooledSession(RunningSession running, Schema schema) {
    this.running = running;
    this.schema = schema;
  }

  @Override
  public Schema schema() {
    return schema;
  }

  @Override
  public Mono<Long> execute(String sql, @Nullable Object... values) {
    return running.<Long>run(SqlStatement.counting(sql, values.clone())).reduce(0L, Long::sum);
  }

  @Override
  public <T> Flux<T> query(
      String sql, Function<? super Row, ? extends T> mapper, @Nullable Object... values) {
    return running.run(SqlStatement.mapping(sql, values.clone(), mapper));
  }

  @Override
  public Connection connection() {
    return new GuardedConnection(running);
  }

  @Override
  public <T> Mono<T> savepoint(Function<? super Session, ? extends Mono<T>> work) {
    return Mono.defer(
        () -> {
          if (running.options().kind() == SessionOptions.Kind.READ_ONLY) {
            return Mono.error(
                new IllegalStateException(
                    running.options().label() + " is read-only: it has nothing to undo"));
          }
          int number = savepoints.incrementAndGet();
          return execute(SessionSql.savepoint(number)).then(Mono.defer(() -> part(number, work)));
        });
  }

  /** The part between SAVEPOINT and RELEASE; undone if it fails or is cancelled. */
  private <T> Mono<T> part(int number, Function<? super Session, ? extends Mono<T>> work) {
    AtomicBoolean ended = new AtomicBoolean();
    String release = SessionSql.release(number);
    String undo = SessionSql.undo(number);
    return Mono.defer(() -> work.apply(this))
        .materialize()
        .doOnNext(signal -> ended.set(true))
        .doOnCancel(
            () -> {
              if (ended.compareAndSet(false, true)) {
                running.runUnattended(undo);
              }
            })
        .flatMap(
            signal ->
                running
                    .run(SqlStatement.following(signal.isOnError() ? undo : release))
                    .then(Mono.just(signal)))
        .dematerialize();
  }
}
