package dev.warmpool.functions.cleanup;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.fasterxml.jackson.databind.JsonNode;
import dev.warmpool.functions.event.DirectEntry;
import dev.warmpool.functions.event.Json;
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
 * Runs the job that a scheduled event names in its {@code detail}, by default {@code
 * purge-deleted-users}, and returns a report: {@code
 * {"job","tenants","deleted","batches","complete"}}. An event that is delivered twice does no harm.
 * Thread-safe.
 */
public final class CleanupHandler implements RequestStreamHandler {

  static {
    Preload.start();
  }

  private final Supplier<SessionManager> sessions;

  /** Called by Lambda; opens no connection. */
  public CleanupHandler() {
    this(SharedSessions::manager);
  }

  /**
   * Creates a handler with its own source of sessions.
   *
   * @param sessions supplies the session manager; called for every event
   */
  public CleanupHandler(Supplier<SessionManager> sessions) {
    this.sessions = sessions;
  }

  @Override
  public void handleRequest(InputStream event, OutputStream response, Context context)
      throws IOException {
    DirectEntry.handle(event, response, context, this::run);
  }

  private Mono<JsonNode> run(JsonNode event, Deadline deadline) {
    JobEvent job = JobEvent.of(event);
    return new Purge(sessions.get(), job, deadline)
        .run()
        .map(
            progress ->
                Json.object()
                    .put("job", job.job().title())
                    .put("tenants", 1)
                    .put("deleted", progress.deleted())
                    .put("batches", progress.batches())
                    .put("complete", progress.complete()));
  }
}
