package dev.warmpool.functions.http;

import dev.warmpool.session.Session;
import dev.warmpool.session.SessionOptions;
import java.util.function.UnaryOperator;
import reactor.core.publisher.Mono;

/**
 * What is done for one route key.
 *
 * @param session what kind of session it runs in
 * @param action what it does there
 */
public record Route(UnaryOperator<SessionOptions> session, Action action) {

  private static final int RETRIES = 2;

  /**
   * What a route does; its session commits when the answer is complete, and rolls back on errors.
   */
  @FunctionalInterface
  public interface Action {

    /** The answer; an empty one is a 404. */
    Mono<HttpResponse> handle(HttpRequest request, Session session);
  }

  /** A route that only reads. */
  public static Route reading(Action action) {
    return new Route(SessionOptions::readOnly, action);
  }

  /** A route that writes; it runs again where it lost against a concurrent one. */
  public static Route writing(Action action) {
    return new Route(options -> options.retrying(RETRIES), action);
  }
}
