package dev.warmpool.functions.notes;

import dev.warmpool.functions.http.HttpRequest;
import dev.warmpool.functions.http.HttpResponse;
import dev.warmpool.functions.http.Middleware;
import dev.warmpool.functions.http.Route;
import dev.warmpool.session.Session;
import reactor.core.publisher.Mono;

/** Inserts an audit row for every write, in the same transaction as the write. Thread-safe. */
public final class AuditTrail implements Middleware {

  @Override
  public Mono<HttpResponse> handle(HttpRequest request, Session session, Route.Action next) {
    if (request.routeKey().startsWith("GET ")) {
      return next.handle(request, session);
    }
    return next.handle(request, session)
        .delayUntil(
            response ->
                session.execute(
                    "INSERT INTO audit (route, status, request) VALUES ($1, $2, $3)",
                    request.routeKey(),
                    response.status(),
                    request.id()));
  }
}
