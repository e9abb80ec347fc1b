package dev.warmpool.session.internal.postgres;

import dev.warmpool.session.internal.log.StatementLog;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Row;
import io.r2dbc.spi.Statement;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Opens the sessions of one connection, one after another, and learns from the first opening which
 * server process serves the connection. Answers come on the connection's event loop. One session at
 * a time uses it; what it has learned may be read on any thread. Part of a {@link
 * ServerConnection}.
 */
final class SessionOpenings {

  private final SessionMessages messages;
  private final Connection statements;
  private final ConnectionState state;
  private volatile @Nullable Backend backend;

  /**
   * @param messages sends the openings
   * @param state told of each opening
   */
  SessionOpenings(SessionMessages messages, ConnectionState state) {
    this.messages = messages;
    this.statements = messages.statements();
    this.state = state;
  }

  /** The server process; null before the first opening was answered, and through a pooler. */
  @Nullable Backend backend() {
    return backend;
  }

  /**
   * Sends an opening. Completes when it was answered: the server answers in order, so the outcome
   * of the reset that the session before may have left unanswered is known by then, too.
   *
   * @param ghost terminates the backend of an unanswered opening; empty for none
   * @param preparation is sent behind that; empty for nothing
   */
  Mono<Void> send(String ghost, String preparation, Opening opening) {
    state.opening();
    Mono<Void> answered = backend == null ? identify(opening) : run(opening);
    Mono<Void> prepared = preparation.isEmpty() ? answered : behind(preparation, answered);
    Mono<Void> sent = ghost.isEmpty() ? prepared : behind(ghost, prepared);
    return sent.onErrorMap(error -> state.isResetRefused(), error -> ConnectionState.resetFailure())
        .then(Mono.defer(state::checkReset));
  }

  /** If the server refuses what is in front, it runs the opening, and what is behind that. */
  private Mono<Void> behind(String sql, Mono<Void> answered) {
    Mono<Void> front =
        messages
            .send(sql, () -> statements.createStatement(sql))
            .onErrorComplete(
                error -> SqlStates.isAnswer(error) && !SqlStates.isEndByTheServer(error));
    return Flux.mergeSequential(front, answered).then();
  }

  private Mono<Void> identify(Opening opening) {
    return Flux.from(statement(opening).execute())
        .concatMap(result -> result.map((row, metadata) -> identified(row)))
        .then();
  }

  private boolean identified(Row row) {
    if (row.getMetadata().getColumnMetadatas().size() > 1) {
      backend = new Backend(row.get(1, Integer.class), String.valueOf(row.get(2, String.class)));
    }
    return true;
  }

  private Mono<Void> run(Opening opening) {
    return messages.send(opening.sql(), () -> statement(opening));
  }

  private Statement statement(Opening opening) {
    return StatementLog.statement(statements, opening.sql(), opening.shown());
  }
}
