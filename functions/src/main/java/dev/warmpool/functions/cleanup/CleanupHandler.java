package dev.warmpool.functions.cleanup;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.fasterxml.jackson.databind.JsonNode;
import dev.warmpool.functions.event.DirectEntry;
import dev.warmpool.functions.fanout.FanOutSettings;
import dev.warmpool.functions.fanout.RunIds;
import dev.warmpool.functions.fanout.Runs;
import dev.warmpool.functions.metrics.InvocationMetrics;
import dev.warmpool.functions.settings.FunctionSettings;
import dev.warmpool.session.Deadline;
import dev.warmpool.session.SessionManager;
import dev.warmpool.session.lambda.Preload;
import dev.warmpool.session.lambda.SharedSessions;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import reactor.core.publisher.Mono;

/**
 * Runs the job that a scheduled event names in its {@code detail}, by default {@code
 * purge-deleted-users}, for every tenant in the registry and for the schema in {@code
 * POSTGRES_SCHEMA}, and returns a report: {@code
 * {"job","tenants","done","failed","busy","deleted","batches","complete"}}. For more tenants than
 * {@code FANOUT_THRESHOLD} it sends them to the queue in {@code CLEANUP_QUEUE_URL}; the report then
 * has the run's id, and {@code {"run":"<id>"}} asks what became of it. An event that is delivered
 * twice does no harm. Thread-safe.
 */
public final class CleanupHandler implements RequestStreamHandler {

  static {
    Preload.start();
  }

  private static final String RUN = "run";

  private final Supplier<SessionManager> sessions;
  private final String ownSchema;
  private final FanOutSettings settings;

  /** Called by Lambda; opens no connection. */
  public CleanupHandler() {
    this(
        SharedSessions::manager,
        FunctionSettings.checked(
            System.getenv(), FanOutSettings.checks(CleanupWorkerHandler.SETTINGS)));
    InvocationMetrics.start(System.getenv());
  }

  /**
   * Creates a handler with its own source of sessions.
   *
   * @param sessions supplies the session manager; called for every event
   * @param environment {@code POSTGRES_SCHEMA}, a schema to clean up also if it is not in the
   *     registry, and the settings of {@link FanOutSettings}
   */
  public CleanupHandler(Supplier<SessionManager> sessions, Map<String, String> environment) {
    this.sessions = sessions;
    this.ownSchema = environment.getOrDefault("POSTGRES_SCHEMA", "");
    this.settings = FanOutSettings.from(environment, CleanupWorkerHandler.SETTINGS);
  }

  @Override
  public void handleRequest(InputStream event, OutputStream response, Context context)
      throws IOException {
    DirectEntry.handle(event, response, context, this::run);
  }

  private Mono<JsonNode> run(JsonNode event, Deadline deadline) {
    JsonNode detail = ScheduledDetail.of(event);
    if (detail.has(RUN)) {
      UUID run = run(detail);
      return new Runs(sessions.get(), deadline).report(run);
    }
    JobEvent job = JobEvent.of(detail);
    return new JobRun(sessions.get(), settings, job, deadline).run(ownSchema);
  }

  private static UUID run(JsonNode detail) {
    return RunIds.of(detail.path(RUN))
        .filter(id -> detail.size() == 1)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "run must be a run's id, and the only member of its event"));
  }
}
