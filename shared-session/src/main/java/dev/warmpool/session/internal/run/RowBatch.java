package dev.warmpool.session.internal.run;

import dev.warmpool.session.BatchFailedException;
import dev.warmpool.session.SessionOptions.Kind;
import dev.warmpool.session.internal.postgres.SqlStates;
import dev.warmpool.session.internal.rows.BatchRows;
import dev.warmpool.session.internal.sql.InsertRows;
import io.r2dbc.spi.R2dbcException;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A text that runs for many rows of values. Immutable. */
record RowBatch(RunningSession session, String sql) {

  /**
   * Fails the transaction of a batch that has ended by an error of its caller after a part was
   * sent, so that the part cannot be committed.
   */
  private static final String BROKEN_OFF =
      "SELECT CAST('a batch that was broken off' AS pg_catalog.bool)";

  /** Sends the rows at subscription; emits the number of rows changed. */
  Mono<Long> run(Publisher<? extends @Nullable Object[]> rows) {
    if (session.options().kind() == Kind.OUTSIDE_TRANSACTION) {
      return Mono.error(
          () ->
              new IllegalStateException(
                  session.label()
                      + " runs outside a transaction: a batch that fails could not be undone"));
    }
    return Mono.defer(() -> sent(rows));
  }

  private Mono<Long> sent(Publisher<? extends @Nullable Object[]> rows) {
    InsertRows insert = InsertRows.of(sql);
    BatchRows chunks = new BatchRows(insert, session.mostCharacters());
    AtomicBoolean begun = new AtomicBoolean();
    AtomicBoolean refused = new AtomicBoolean();
    return Flux.from(rows)
        .map(chunks::numbered)
        .bufferUntil(chunks::begins, true)
        .concatMap(
            chunk -> {
              begun.set(true);
              return send(chunk, insert).doOnError(error -> refused.set(true));
            },
            0)
        .reduce(0L, Long::sum)
        .onErrorResume(
            error -> {
              Mono<Long> failed = Mono.error(error);
              return begun.get() && !refused.get() && session.hasTransaction()
                  ? breakOff().then(failed)
                  : failed;
            })
        .doOnCancel(
            () -> {
              if (begun.get() && session.hasTransaction() && !session.isAborted()) {
                session.runUnattended(BROKEN_OFF);
              }
            });
  }

  private Mono<Void> breakOff() {
    return session.run(SqlStatement.following(BROKEN_OFF)).then().onErrorResume(e -> Mono.empty());
  }

  private Flux<Long> send(List<BatchRows.Row> chunk, @Nullable InsertRows insert) {
    long first = chunk.get(0).number();
    long last = chunk.get(chunk.size() - 1).number();
    return Flux.defer(() -> session.<Long>run(statement(chunk, insert)))
        .onErrorMap(
            R2dbcException.class,
            error ->
                SqlStates.isConnectionLoss(error)
                    ? error
                    : new BatchFailedException(error, first, last));
  }

  private SqlStatement statement(List<BatchRows.Row> chunk, @Nullable InsertRows insert) {
    if (insert == null || chunk.size() == 1) {
      return SqlStatement.counting(sql, chunk.get(0).values());
    }
    @Nullable Object[] values = new @Nullable Object[chunk.size() * insert.parameters()];
    int at = 0;
    for (BatchRows.Row row : chunk) {
      System.arraycopy(row.values(), 0, values, at, insert.parameters());
      at += insert.parameters();
    }
    return SqlStatement.counting(sql, insert.text(chunk.size()), values);
  }
}
