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

/**
 * {@code GET /health}: runs one statement in a session and reports the pool's figures and the time
 * that the database took. Stateless.
 */
public final class HealthRoutes {

  private HealthRoutes() {}

  /**
   * Returns the route by its route key.
   *
   * @param sessions supplies the manager whose pool is reported; called for every request
   */
  public static Map<String, Route> all(Supplier<SessionManager> sessions) {
    return Map.of(
        "GET /health", Route.reading((request, session) -> health(session, sessions.get())));
  }

  private static Mono<HttpResponse> health(Session session, SessionManager sessions) {
    return Mono.defer(
        () -> {
          long start = System.nanoTime();
          return session
              .query("SELECT 1", row -> 1)
              .then(
                  Mono.fromSupplier(
                      () -> HttpResponse.json(200, report("ok", start, sessions.stats()))))
              .onErrorMap(
                  error ->
                      new ProblemException(
                          Problem.with(
                              503,
                              "The database did not answer.",
                              report("unavailable", start, sessions.stats())),
                          error));
        });
  }

  private static ObjectNode report(String database, long start, PoolStats stats) {
    ObjectNode report =
        Json.object()
            .put("database", database)
            .put("databaseMillis", Duration.ofNanos(System.nanoTime() - start).toNanos() / 1e6);
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
