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
 * purge-deleted-users}; reports what it did. Delivered twice, it does no harm.
 */
public final class CleanupHandler implements RequestStreamHandler {

  static {
    Preload.start();
  }

  private final Supplier<SessionManager> sessions;

  /** As Lambda makes it; nothing is opened. */
  public CleanupHandler() {
    this(SharedSessions::manager);
  }

  /** With this manager, asked for at every event. */
  public CleanupHandler(Supplier<SessionManager> sessions) {
    this.sessions = sessions;
  }

  @Override
  public void handleRequest(InputStream event, OutputStream answer, Context context)
      throws IOException {
    DirectEntry.handle(event, answer, context, this::run);
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
