package dev.warmpool.session.internal.run;

import dev.warmpool.session.BatchFailedException;
import dev.warmpool.session.internal.guard.FatalErrors;
import dev.warmpool.session.internal.guard.SourceGuard;
import dev.warmpool.session.internal.postgres.RefusedRows;
import dev.warmpool.session.internal.postgres.SqlStates;
import dev.warmpool.session.internal.rows.CopyPieces;
import dev.warmpool.session.internal.sql.CopyText;
import dev.warmpool.session.internal.sql.SqlText;
import io.r2dbc.spi.R2dbcException;
import java.nio.ByteBuffer;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** A COPY from the client. Immutable. */
record CopyIn(SessionStatements session, String sql) {

  /** Ends the data; the driver sends its message to the server. */
  private static final class DataEndedException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    DataEndedException(String reason) {
      super(reason, null, false, false);
    }
  }

  /** Copies the data at subscription; emits the number of rows. */
  Mono<Long> run(Publisher<ByteBuffer> data) {
    if (!CopyText.isFromClient(sql)) {
      return Mono.error(
          () ->
              new IllegalArgumentException(
                  session.options().label()
                      + " copies by one COPY … FROM STDIN, not by "
                      + SqlText.shown(sql)));
    }
    return Mono.defer(() -> copied(data));
  }

  private Mono<Long> copied(Publisher<ByteBuffer> data) {
    Sinks.Empty<Void> left = Sinks.empty();
    AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
    Flux<byte[]> pieces =
        CopyPieces.of(SourceGuard.of(data))
            .onErrorMap(
                error -> {
                  failure.compareAndSet(null, FatalErrors.signalled(error));
                  return new DataEndedException("the client's data ended with an error");
                })
            .takeUntilOther(left.asMono())
            .takeUntilOther(
                session
                    .abort()
                    .signal()
                    .onErrorMap(error -> new DataEndedException("the client's session ended")));
    return session
        .<Long>run(SqlStatement.copying(sql, pieces))
        .next()
        .doOnCancel(() -> left.tryEmitError(new DataEndedException("the client cancelled it")))
        .onErrorMap(error -> meaning(error, failure.get()));
  }

  private static Throwable meaning(Throwable error, @Nullable Throwable ofData) {
    if (!(error instanceof R2dbcException database) || SqlStates.isConnectionLoss(error)) {
      return error;
    }
    if (ofData != null) {
      return ofData;
    }
    OptionalLong line = RefusedRows.copiedLine(error);
    return line.isEmpty()
        ? error
        : new BatchFailedException(database, line.getAsLong(), line.getAsLong());
  }
}
