package dev.warmpool.functions;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import dev.warmpool.functions.health.HealthRoutes;
import dev.warmpool.functions.http.Contract;
import dev.warmpool.functions.http.HttpEntry;
import dev.warmpool.functions.http.HttpResponse;
import dev.warmpool.functions.http.Route;
import dev.warmpool.functions.http.Tenants;
import dev.warmpool.functions.metrics.InvocationMetrics;
import dev.warmpool.functions.settings.FunctionSettings;
import dev.warmpool.functions.users.UserRoutes;
import dev.warmpool.session.SessionManager;
import dev.warmpool.session.lambda.Preload;
import dev.warmpool.session.lambda.SharedSessions;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import reactor.core.publisher.Mono;

/**
 * Handles every event of the HTTP API. One function serves all routes, so that they share one warm
 * connection. Thread-safe.
 */
public final class ApiHandler implements RequestStreamHandler {

  static {
    Preload.start();
  }

  private static final Contract CONTRACT = Contract.of("/openapi.json");

  /**
   * Asks for a user with the last id that there can be, whom no sequence will ever create: a
   * snapshot outlives a user's deletion, so that it must not contain one.
   */
  static final String PRIMING_EVENT =
      """
      {"version":"2.0","routeKey":"GET /users/{id}","rawPath":"/users/9223372036854775807",
       "rawQueryString":"","headers":{"accept":"application/json"},
       "pathParameters":{"id":"9223372036854775807"},
       "requestContext":{"http":{"method":"GET","path":"/users/9223372036854775807"},"requestId":"priming",
       "routeKey":"GET /users/{id}","stage":"$default"},"isBase64Encoded":false}
      """;

  private final HttpEntry entry;

  /**
   * Called by Lambda. Opens no connection; registers a request to run before a snapshot is taken.
   */
  public ApiHandler() {
    this(SharedSessions::manager, FunctionSettings.checked(System.getenv(), Tenants.CHECKS));
    InvocationMetrics.start(System.getenv());
    SharedSessions.primeBeforeSnapshot(() -> InvocationMetrics.prime(this::prime));
  }

  /**
   * @param sessions supplies the session manager; called for every request
   * @param environment the environment variables, of which {@code TENANT_SOURCE}, {@code
   *     TENANT_BINDING} and {@code POSTGRES_SCHEMA} are read
   */
  ApiHandler(Supplier<SessionManager> sessions, Map<String, String> environment) {
    this.entry =
        new HttpEntry(routes(sessions), CONTRACT, Tenants.from(environment, sessions), sessions);
  }

  /**
   * Returns every route of the API by its route key.
   *
   * @param sessions supplies the session manager; called for every request to {@code /health}
   */
  static Map<String, Route> routes(Supplier<SessionManager> sessions) {
    Map<String, Route> routes = new HashMap<>(UserRoutes.all());
    routes.putAll(HealthRoutes.all(sessions));
    routes.put("GET /openapi.json", Route.reading((request, session) -> contract()));
    return routes;
  }

  private static Mono<HttpResponse> contract() {
    return Mono.fromSupplier(() -> HttpResponse.typed(200, "application/json", CONTRACT.text()));
  }

  /**
   * Sends a read request through the whole handler, so that its classes are loaded and its code has
   * run before the snapshot is taken.
   */
  private void prime() {
    try {
      handleRequest(
          new ByteArrayInputStream(PRIMING_EVENT.getBytes(StandardCharsets.UTF_8)),
          OutputStream.nullOutputStream(),
          new PrimingContext());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void handleRequest(InputStream event, OutputStream response, Context context)
      throws IOException {
    entry.handle(event, response, context);
  }
}
