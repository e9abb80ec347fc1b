package dev.warmpool.functions;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import dev.warmpool.functions.health.HealthRoutes;
import dev.warmpool.functions.http.HttpEntry;
import dev.warmpool.functions.http.Route;
import dev.warmpool.functions.users.UserRoutes;
import dev.warmpool.session.SessionManager;
import dev.warmpool.session.lambda.SharedSessions;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/** The HTTP API: one function for all routes, so that all share one warm connection. */
public final class ApiHandler implements RequestStreamHandler {

  private final HttpEntry entry;

  /** As Lambda makes it; nothing is opened. */
  public ApiHandler() {
    this(SharedSessions::manager);
  }

  ApiHandler(Supplier<SessionManager> sessions) {
    this.entry = new HttpEntry(routes(sessions), sessions);
  }

  /** Every route there is, by its key. */
  static Map<String, Route> routes(Supplier<SessionManager> sessions) {
    Map<String, Route> routes = new HashMap<>(UserRoutes.all());
    routes.putAll(HealthRoutes.all(sessions));
    return routes;
  }

  @Override
  public void handleRequest(InputStream event, OutputStream answer, Context context)
      throws IOException {
    entry.handle(event, answer, context);
  }
}
