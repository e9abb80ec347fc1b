package dev.warmpool.session.internal.blocking;

import dev.warmpool.session.Session;
import dev.warmpool.session.SessionOptions;
import java.util.function.Function;
import reactor.core.publisher.Mono;

/** Creates the reactive units of work in which blocking ones run. */
@FunctionalInterface
public interface Units {

  /**
   * A unit of work that does nothing before subscription.
   *
   * @param code the unit of work that the user wrote, which tells where it was begun
   * @param work gets the session and returns the publisher to run in it
   */
  <T> Mono<T> unit(
      SessionOptions options, Object code, Function<? super Session, ? extends Mono<T>> work);
}
