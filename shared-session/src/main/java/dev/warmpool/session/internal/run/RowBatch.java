package dev.warmpool.session.internal.run;

import dev.warmpool.session.BatchFailedException;
import dev.warmpool.session.SessionOptions.Kind;
import dev.warmpool.session.internal.guard.SourceGuard;
import dev.warmpool.session.internal.postgres.RefusedRows;
import dev.warmpool.session.internal.postgres.RefusedRows.Traits;
import dev.warmpool.session.internal.postgres.SqlStates;
import dev.warmpool.session.internal.rows.ArrayStatement;
import dev.warmpool.session.internal.rows.BatchRows;
import dev.warmpool.session.internal.rows.BatchRows.Row;
import dev.warmpool.session.internal.rows.FailedRows;
import dev.warmpool.session.internal.sql.InsertRows;
import io.r2dbc.spi.R2dbcException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A text that runs for many rows of values. Immutable. */
record RowBatch(SessionStatements session, String sql) {

  /**
   * Fails the transaction of a batch that has ended by an error of its caller after a part was
   * sent, so that the part cannot be committed.
   */
  private static final String BROKEN_OFF =
      "SELECT CAST('a batch that was broken off' AS pg_catalog.bool)";

  /** Fewer rows gain nothing by arrays. */
  private static final int FEWEST_IN_ARRAYS = 8;

  /** Sends the rows at subscription; emits the number of rows changed. */
  Mono<Long> run(Publisher<? extends @Nullable Object[]> rows) {
    if (session.options().kind() == Kind.OUTSIDE_TRANSACTION) {
      return Mono.error(
          () ->
              new IllegalStateException(
                  session.options().label()
                      + " runs outside a transaction: a batch that fails could not be undone"));
    }
    return Mono.defer(() -> new Sending(session, sql).of(rows));
  }

  /** One subscription. Confined to it; statements run one after another. */
  private static final class Sending {

    private final SessionStatements session;
    private final String sql;
    private final @Nullable InsertRows insert;
    private final BatchRows statements;
    private volatile boolean begun;
    private volatile boolean failed;
    private volatile boolean ended;

    Sending(SessionStatements session, String sql) {
      this.session = session;
      this.sql = sql;
      this.insert = InsertRows.of(sql);
      this.statements = new BatchRows(insert, session.mostCharacters());
    }

    Mono<Long> of(Publisher<? extends @Nullable Object[]> rows) {
      return SourceGuard.<@Nullable Object[]>of(rows)
          .map(statements::numbered)
          .bufferUntil(statements::begins, true)
          .concatMap(this::send, 0)
          .reduce(0L, Long::sum)
          .onErrorResume(error -> brokenOff().then(Mono.error(error)))
          .doOnTerminate(() -> ended = true)
          .doOnCancel(this::cancelled);
    }

    private Flux<Long> send(List<Row> rows) {
      begun = true;
      Optional<ArrayStatement> arrays =
          insert == null || rows.size() < FEWEST_IN_ARRAYS
              ? Optional.empty()
              : ArrayStatement.of(insert, rows);
      return Flux.defer(
              () -> session.<Long>run(arrays.map(this::inArrays).orElseGet(() -> byRow(rows))))
          .doOnError(R2dbcException.class, error -> failed = true)
          .onErrorMap(R2dbcException.class, error -> ofRow(error, rows, arrays));
    }

    private SqlStatement inArrays(ArrayStatement statement) {
      return SqlStatement.inserting(sql, statement.sql(), statement.arrays());
    }

    private SqlStatement byRow(List<Row> rows) {
      String sent = insert == null ? sql : insert.text(rows.size());
      return SqlStatement.counting(sql, sent, rows);
    }

    /** Whether a part was sent that the server would commit. */
    private boolean isPartial() {
      return begun
          && !failed
          && !ended
          && session.hasTransaction()
          && !session.abort().hasHappened();
    }

    private Mono<Void> brokenOff() {
      return isPartial()
          ? session.run(SqlStatement.following(BROKEN_OFF)).then().onErrorComplete()
          : Mono.empty();
    }

    private void cancelled() {
      if (isPartial()) {
        session.runUnattended(BROKEN_OFF);
      }
    }

    /** An error of arrays has its position in another text than that of the rows. */
    private Throwable ofRow(
        R2dbcException error, List<Row> chunk, Optional<ArrayStatement> arrays) {
      if (SqlStates.isConnectionLoss(error)) {
        return error;
      }
      Traits told = RefusedRows.traits(error);
      Traits traits = arrays.isPresent() ? told.withoutPosition() : told;
      FailedRows rows = FailedRows.among(insert, chunk, traits);
      return new BatchFailedException(error, rows.first(), rows.last());
    }
  }
}
