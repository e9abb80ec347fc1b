package dev.warmpool.functions.cleanup;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.events.SQSBatchResponse;
import com.amazonaws.services.lambda.runtime.events.SQSEvent;
import dev.warmpool.functions.fanout.FanOutSettings;
import dev.warmpool.functions.fanout.Worker;
import dev.warmpool.functions.metrics.InvocationMetrics;
import dev.warmpool.functions.settings.FunctionSettings;
import dev.warmpool.session.SessionManager;
import dev.warmpool.session.lambda.Preload;
import dev.warmpool.session.lambda.SharedSessions;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Runs jobs in the tenants that {@code Cleanup} has sent to the queue, and answers which messages
 * have to be delivered again. Needs {@code CLEANUP_QUEUE_URL}, for what is left of a message when
 * time is short, and {@code CLEANUP_DEAD_LETTERS_URL}. Thread-safe.
 */
public final class CleanupWorkerHandler implements RequestHandler<SQSEvent, SQSBatchResponse> {

  /** The beginning of the settings' names. */
  static final String SETTINGS = "CLEANUP";

  static {
    Preload.start();
  }

  private final Worker worker;

  /** Called by Lambda; opens no connection. */
  public CleanupWorkerHandler() {
    this(
        SharedSessions::manager,
        FunctionSettings.checked(System.getenv(), FanOutSettings.checks(SETTINGS)));
    InvocationMetrics.start(System.getenv());
  }

  /**
   * Creates a handler with its own source of sessions.
   *
   * @param sessions supplies the session manager; called for every event
   * @param environment the settings of {@link FanOutSettings}
   */
  public CleanupWorkerHandler(Supplier<SessionManager> sessions, Map<String, String> environment) {
    worker =
        new Worker(
            sessions,
            FanOutSettings.from(environment, SETTINGS),
            run -> new Batches(sessions.get(), JobEvent.of(run.job(), run.parameters())));
  }

  @Override
  public SQSBatchResponse handleRequest(SQSEvent event, Context context) {
    return worker.handle(event, context);
  }
}
