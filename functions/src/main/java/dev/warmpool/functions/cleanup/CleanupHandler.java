package dev.warmpool.functions.cleanup;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.fasterxml.jackson.databind.JsonNode;
import dev.warmpool.functions.event.DirectEntry;
import dev.warmpool.functions.tenant.TenantSchemas;
import dev.warmpool.session.Deadline;
import dev.warmpool.session.SessionManager;
import dev.warmpool.session.SessionOptions;
import dev.warmpool.session.lambda.Preload;
import dev.warmpool.session.lambda.SharedSessions;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import reactor.core.publisher.Mono;

/**
 * Runs the job that a scheduled event names in its {@code detail}, by default {@code
 * purge-deleted-users}, for every tenant in the registry and for the schema in {@code
 * POSTGRES_SCHEMA}, and returns a report: {@code
 * {"job","tenants","done","failed","busy","deleted","batches","complete"}}. An event that is
 * delivered twice does no harm. Thread-safe.
 */
public final class CleanupHandler implements RequestStreamHandler {

  static {
    Preload.start();
  }

  private final Supplier<SessionManager> sessions;
  private final String ownSchema;

  /** Called by Lambda; opens no connection. */
  public CleanupHandler() {
    this(SharedSessions::manager, System.getenv().getOrDefault("POSTGRES_SCHEMA", ""));
  }

  /**
   * Creates a handler with its own source of sessions.
   *
   * @param sessions supplies the session manager; called for every event
   * @param ownSchema a schema to clean up also if it is not in the registry; empty for none
   */
  public CleanupHandler(Supplier<SessionManager> sessions, String ownSchema) {
    this.sessions = sessions;
    this.ownSchema = ownSchema;
  }

  @Override
  public void handleRequest(InputStream event, OutputStream response, Context context)
      throws IOException {
    DirectEntry.handle(event, response, context, this::run);
  }

  private Mono<JsonNode> run(JsonNode event, Deadline deadline) {
    JobEvent job = JobEvent.of(event);
    SessionManager manager = sessions.get();
    return TenantSchemas.registered(manager, SessionOptions.until(deadline).named("Cleanup"))
        .map(this::withOwnSchema)
        .flatMap(new Purge(manager, job, deadline)::run)
        .map(report -> report.json(job.job()));
  }

  private List<String> withOwnSchema(List<String> registered) {
    Set<String> names = new LinkedHashSet<>(registered);
    if (!ownSchema.isBlank()) {
      names.add(ownSchema);
    }
    return List.copyOf(names);
  }
}
