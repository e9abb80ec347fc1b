package dev.warmpool.functions.schema;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.fasterxml.jackson.databind.JsonNode;
import dev.warmpool.functions.event.DirectEntry;
import dev.warmpool.session.Deadline;
import dev.warmpool.session.SessionManager;
import dev.warmpool.session.lambda.Preload;
import dev.warmpool.session.lambda.SharedSessions;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.function.Supplier;
import reactor.core.publisher.Mono;

/**
 * Creates and migrates the schemas that the event lists, {@code {"schemas":["tenant_a"]}}, or all
 * known schemas that are behind if it lists none: those in the tenant registry and the one in
 * {@code POSTGRES_SCHEMA}. A schema that fails does not stop the others. {@code docs/migrations.md}
 * describes the events and the reports. Thread-safe.
 */
public final class MigrateHandler implements RequestStreamHandler {

  static {
    Preload.start();
  }

  private final Supplier<SessionManager> sessions;
  private final String ownSchema;
  private final Supplier<Scripts> scripts;

  /** Called by Lambda; opens no connection. */
  public MigrateHandler() {
    this(SharedSessions::manager, System.getenv().getOrDefault("POSTGRES_SCHEMA", ""));
  }

  /**
   * Creates a handler with its own source of sessions.
   *
   * @param sessions supplies the session manager; called for every event
   * @param ownSchema a schema that is known without being in the registry; empty for none
   */
  public MigrateHandler(Supplier<SessionManager> sessions, String ownSchema) {
    this(sessions, ownSchema, Scripts::read);
  }

  MigrateHandler(Supplier<SessionManager> sessions, String ownSchema, Supplier<Scripts> scripts) {
    this.sessions = sessions;
    this.ownSchema = ownSchema.isBlank() ? "" : ownSchema;
    this.scripts = scripts;
  }

  @Override
  public void handleRequest(InputStream event, OutputStream response, Context context)
      throws IOException {
    DirectEntry.handle(event, response, context, this::run);
  }

  private Mono<JsonNode> run(JsonNode event, Deadline deadline) {
    MigrateEvent request = MigrateEvent.of(event);
    SessionManager manager = sessions.get();
    Scripts all = scripts.get();
    Registry registry = new Registry(manager, all, ownSchema, deadline);
    if (request.dryRun()) {
      return request
          .schemas()
          .map(Mono::just)
          .orElseGet(registry::behindUnchanged)
          .flatMap(new DryRun(manager, all, deadline)::run);
    }
    return registry
        .behind()
        .map(behind -> request.schemas().orElse(behind))
        .flatMap(new Migrator(manager, all, deadline)::run)
        .map(Report::json);
  }
}
