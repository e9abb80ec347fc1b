package dev.warmpool.functions.http;

import dev.warmpool.session.Session;
import reactor.core.publisher.Mono;

/**
 * Code that runs around every route. It shares the route's session and therefore its transaction:
 * rows that it writes, before or after the route, are committed with the route's work or rolled
 * back with it. The session of a reading route refuses writes. Implementations must be thread-safe.
 */
@FunctionalInterface
public interface Middleware {

  /**
   * Handles a request, usually by returning the response of {@code next}.
   *
   * @param request the request
   * @param session the session of the request; takes no connection before its first statement
   * @param next the inner middleware and the route; runs when its result is subscribed to
   * @return the response; an empty result becomes a 404, an error rolls the session back
   */
  Mono<HttpResponse> handle(HttpRequest request, Session session, Route.Action next);
}
