package dev.warmpool.functions.http;

import dev.warmpool.session.Session;
import reactor.core.publisher.Mono;

/**
 * Something done around routes. It shares the route's session and so its transaction: what it
 * writes, before or after, is kept with the route's work or not at all. In a route that only reads
 * the session refuses writes.
 */
@FunctionalInterface
public interface Middleware {

  /**
   * Answers, as a rule with what {@code next} answers.
   *
   * @param session takes no connection before its first statement
   * @param next the rest of the chain, in the end the route; runs when its answer is subscribed to
   */
  Mono<HttpResponse> handle(HttpRequest request, Session session, Route.Action next);
}
