package dev.warmpool.session.internal.postgres;

import io.r2dbc.spi.Statement;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * A COMMIT and the reset behind it. The first is to be subscribed to before the second. Immutable.
 *
 * @param acknowledged sends COMMIT at subscription; completes when it was acknowledged
 * @param reset completes when the reset was answered, or is not to come because COMMIT failed
 */
public record SessionCommit(Mono<Void> acknowledged, Mono<Void> reset) {

  /** Both in one message; the number of commands that were answered tells which failed. */
  static SessionCommit inOneMessage(Statement statement, int commitAt) {
    Answers answers = new Answers(commitAt);
    return new SessionCommit(
        Mono.defer(
            () -> {
              answers.to(statement);
              return answers.committed.asMono();
            }),
        answers.reset.asMono());
  }

  /** Counts the commands of the message that were answered. Confined to the event loop. */
  private static final class Answers {

    private final int commitAt;
    private final Sinks.Empty<Void> committed = Sinks.empty();
    private final Sinks.Empty<Void> reset = Sinks.empty();
    private int count;

    Answers(int commitAt) {
      this.commitAt = commitAt;
    }

    void to(Statement statement) {
      Flux.from(statement.execute())
          .concatMap(
              result -> Mono.from(result.getRowsUpdated()).then(Mono.fromRunnable(this::answered)))
          .subscribe(nothing -> {}, this::failed, reset::tryEmitEmpty);
    }

    private void answered() {
      count++;
      if (count == commitAt) {
        committed.tryEmitEmpty();
      }
    }

    /** The first command checks that the transaction is the session's. */
    private static Throwable ofCheck(Throwable error) {
      return SqlStates.isFailedCheck(error) ? new OtherTransactionException(error) : error;
    }

    private void failed(Throwable error) {
      if (count < commitAt) {
        committed.tryEmitError(count == 0 ? ofCheck(error) : error);
        reset.tryEmitEmpty();
      } else {
        reset.tryEmitError(error);
      }
    }
  }
}
