package dev.warmpool.functions.health;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.warmpool.functions.event.Json;
import dev.warmpool.functions.http.HttpResponse;
import dev.warmpool.functions.http.Problem;
import dev.warmpool.functions.http.ProblemException;
import dev.warmpool.functions.http.Route;
import dev.warmpool.session.PoolStats;
import dev.warmpool.session.Session;
import dev.warmpool.session.SessionManager;
import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;
import reactor.core.publisher.Mono;

/** {@code GET /health}: one statement on a real session. */
public final class HealthRoutes {

  private HealthRoutes() {}

  /** The route, which reports on this manager's pool. */
  public static Map<String, Route> all(Supplier<SessionManager> sessions) {
    return Map.of(
        "GET /health", Route.reading((request, session) -> health(session, sessions.get())));
  }

  private static Mono<HttpResponse> health(Session session, SessionManager sessions) {
    return Mono.defer(
        () -> {
          long began = System.nanoTime();
          return session
              .query("SELECT 1", row -> 1)
              .then(
                  Mono.fromSupplier(
                      () -> HttpResponse.json(200, report("ok", began, sessions.stats()))))
              .onErrorMap(
                  error ->
                      new ProblemException(
                          Problem.with(
                              503,
                              "The database did not answer.",
                              report("unavailable", began, sessions.stats()))));
        });
  }

  private static ObjectNode report(String database, long began, PoolStats stats) {
    ObjectNode report =
        Json.object()
            .put("database", database)
            .put("databaseMillis", Duration.ofNanos(System.nanoTime() - began).toNanos() / 1e6);
    report
        .putObject("pool")
        .put("acquired", stats.acquired())
        .put("idle", stats.idle())
        .put("pending", stats.pending())
        .put("max", stats.max())
        .put("opened", stats.opened());
    return report;
  }
}
