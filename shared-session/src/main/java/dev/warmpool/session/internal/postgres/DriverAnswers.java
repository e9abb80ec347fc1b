package dev.warmpool.session.internal.postgres;

import io.r2dbc.spi.Statement;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Reads the answers to the messages that sessions send besides their statements. Stateless. */
final class DriverAnswers {

  private DriverAnswers() {}

  /** Sends the statement at subscription; completes when it was answered, and drops its rows. */
  static Mono<Void> to(Statement statement) {
    return Flux.from(statement.execute())
        .concatMap(result -> result.map((row, metadata) -> row))
        .then();
  }

  /**
   * Reads the answer to the end even if the subscriber cancels: the driver would log an error that
   * comes later as dropped.
   */
  static Mono<Void> uncancelled(Mono<Void> answer) {
    return Mono.defer(
        () -> {
          Mono<Void> kept = answer.cache();
          kept.subscribe(nothing -> {}, error -> {});
          return kept;
        });
  }
}
