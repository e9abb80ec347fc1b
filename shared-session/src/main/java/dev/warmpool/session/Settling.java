package dev.warmpool.session;

import java.util.concurrent.CompletableFuture;
import reactor.core.publisher.Mono;

/**
 * What happens to a pool's connections whether a session waits for it or not: some are on their
 * way, some are being closed. Thread-safe.
 */
final class Settling {

  private final UnderWay<CompletableFuture<Void>> unsettled;

  Settling(EventLoops loops) {
    this.unsettled = new UnderWay<>(loops);
  }

  /** From now until it is {@linkplain #end ended} something is unsettled. */
  CompletableFuture<Void> begin() {
    CompletableFuture<Void> settled = new CompletableFuture<>();
    unsettled.begin(settled);
    return settled;
  }

  /** Those who wait for {@link #over()} are told last, when others have made use of an end. */
  void end(CompletableFuture<Void> settled) {
    unsettled.end(settled);
    settled.complete(null);
  }

  /** The same, which {@link #over()} waits for, whoever else does or does not. */
  Mono<Void> awaited(Mono<Void> ending) {
    return Mono.defer(
        () -> {
          CompletableFuture<Void> settled = begin();
          return ending.doFinally(signal -> end(settled));
        });
  }

  /** Completes when nothing is unsettled. */
  Mono<Void> over() {
    return Mono.defer(
        () ->
            unsettled.isEmpty()
                ? Mono.empty()
                : unsettled
                    .all()
                    .flatMap(settling -> Mono.fromFuture(settling, true))
                    .then(over()));
  }
}
