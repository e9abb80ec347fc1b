package dev.warmpool.functions.users;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.fasterxml.jackson.databind.JsonNode;
import dev.warmpool.functions.event.DirectEntry;
import dev.warmpool.functions.event.Json;
import dev.warmpool.functions.http.Contract;
import dev.warmpool.functions.http.Problem;
import dev.warmpool.functions.http.Tenants;
import dev.warmpool.functions.metrics.InvocationMetrics;
import dev.warmpool.functions.settings.FunctionSettings;
import dev.warmpool.session.Deadline;
import dev.warmpool.session.SessionManager;
import dev.warmpool.session.SessionOptions;
import dev.warmpool.session.lambda.Preload;
import dev.warmpool.session.lambda.SharedSessions;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import reactor.core.publisher.Mono;

/**
 * Deletes the rows of users permanently, by direct invocation: the event {@code {"ids":[1,2,3]}}
 * returns {@code {"cleared":3}}, the number of rows deleted. Works for the tenant of Lambda's
 * tenant isolation if {@code TENANT_SOURCE} lists {@code lambda}, otherwise for {@code
 * POSTGRES_SCHEMA}. Thread-safe.
 */
public final class ClearUsersHandler implements RequestStreamHandler {

  static {
    Preload.start();
  }

  private static final Contract CONTRACT = Contract.of("/openapi.json");

  /** Faults in a message; a foreign event can have any number. */
  private static final int MAX_FAULTS = 10;

  private final Supplier<SessionManager> sessions;
  private final Tenants tenants;

  /** Called by Lambda; opens no connection. */
  public ClearUsersHandler() {
    this(SharedSessions::manager, FunctionSettings.checked(System.getenv(), Tenants.CHECKS));
    InvocationMetrics.start(System.getenv());
  }

  /**
   * Creates a handler with its own source of sessions.
   *
   * @param sessions supplies the session manager; called for every event
   * @param environment the environment variables, of which {@code TENANT_SOURCE}, {@code
   *     TENANT_BINDING} and {@code POSTGRES_SCHEMA} are read
   */
  public ClearUsersHandler(Supplier<SessionManager> sessions, Map<String, String> environment) {
    this.sessions = sessions;
    this.tenants = Tenants.from(environment, sessions);
  }

  @Override
  public void handleRequest(InputStream event, OutputStream response, Context context)
      throws IOException {
    DirectEntry.handle(
        event, response, context, (json, deadline) -> clear(json, deadline, context));
  }

  private Mono<JsonNode> clear(JsonNode event, Deadline deadline, Context context) {
    List<Long> ids = ids(event);
    return tenants
        .bindInvocation(context, SessionOptions.until(deadline).named("ClearUsers"))
        .flatMap(options -> UserQueries.clearAlone(sessions.get(), options, ids))
        .map(cleared -> Json.object().put("cleared", cleared));
  }

  private static List<Long> ids(JsonNode event) {
    List<Problem.Fault> faults = CONTRACT.faults("#/components/schemas/Ids", event);
    if (faults.isEmpty()) {
      return UserInput.ids(event);
    }
    throw new IllegalArgumentException(
        "the event is not {\"ids\":[…]}: "
            + faults.stream()
                .limit(MAX_FAULTS)
                .map(ClearUsersHandler::message)
                .collect(Collectors.joining("; ")));
  }

  private static String message(Problem.Fault fault) {
    return (fault.pointer().isEmpty() ? "the event" : fault.pointer()) + " " + fault.message();
  }
}
