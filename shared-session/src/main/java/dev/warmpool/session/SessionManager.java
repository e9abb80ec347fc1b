package dev.warmpool.session;

import java.time.Duration;
import java.util.function.Function;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Opens sessions on connections that stay warm (skeleton). */
public final class SessionManager {

  /** Runs a unit of work in a session; its result is emitted after COMMIT was acknowledged. */
  public <T> Mono<T> inSession(
      SessionOptions options, Function<? super Session, ? extends Mono<T>> work) {
    throw new UnsupportedOperationException();
  }

  /** Streams what a read-only or snapshot session finds, row by row. */
  public <T> Flux<T> stream(
      SessionOptions options, Function<? super Session, ? extends Publisher<T>> work) {
    throw new UnsupportedOperationException();
  }

  /** The pool's figures now. */
  public PoolStats stats() {
    throw new UnsupportedOperationException();
  }

  /** Waits until no unit of work is under way; false where some still are after {@code limit}. */
  public Mono<Boolean> quiesce(Duration limit) {
    throw new UnsupportedOperationException();
  }

  /** Stops intake, waits for running sessions within a bound, closes every connection. */
  public Mono<Void> close() {
    throw new UnsupportedOperationException();
  }
}
