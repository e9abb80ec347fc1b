package dev.warmpool.functions.notes;

import dev.warmpool.functions.http.HttpRequest;
import dev.warmpool.functions.http.HttpResponse;
import dev.warmpool.functions.http.Middleware;
import dev.warmpool.functions.http.Route;
import dev.warmpool.session.Session;
import reactor.core.publisher.Mono;

/** Writes down who did what, in the transaction of the work: both are kept, or neither is. */
public final class AuditTrail implements Middleware {

  @Override
  public Mono<HttpResponse> handle(HttpRequest request, Session session, Route.Action next) {
    if (request.routeKey().startsWith("GET ")) {
      return next.handle(request, session);
    }
    return next.handle(request, session)
        .delayUntil(
            answer ->
                session.execute(
                    "INSERT INTO audit (route, status, request) VALUES ($1, $2, $3)",
                    request.routeKey(),
                    answer.status(),
                    request.id()));
  }
}
