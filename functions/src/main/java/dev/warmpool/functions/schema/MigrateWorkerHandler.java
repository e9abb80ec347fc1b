package dev.warmpool.functions.schema;

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
 * Migrates the schemas that {@code Migrate} has sent to the queue, one after another, and answers
 * which messages have to be delivered again. Needs {@code MIGRATE_QUEUE_URL}, for what is left of a
 * message when time is short, and {@code MIGRATE_DEAD_LETTERS_URL}. Thread-safe.
 */
public final class MigrateWorkerHandler implements RequestHandler<SQSEvent, SQSBatchResponse> {

  /** The beginning of the settings' names. */
  private static final String SETTINGS = "MIGRATE";

  static {
    Preload.start();
  }

  private final Worker worker;

  /** Called by Lambda; opens no connection. */
  public MigrateWorkerHandler() {
    this(SharedSessions::manager, settings(System.getenv()), Scripts::read);
    InvocationMetrics.start(System.getenv());
  }

  /** The settings of the functions that migrate, all of which are checked. */
  static FanOutSettings settings(Map<String, String> environment) {
    return FanOutSettings.from(
        FunctionSettings.checked(environment, FanOutSettings.checks(SETTINGS)), SETTINGS);
  }

  MigrateWorkerHandler(
      Supplier<SessionManager> sessions, FanOutSettings settings, Supplier<Scripts> scripts) {
    worker =
        new Worker(
            sessions,
            settings,
            run -> new SchemaWork(sessions.get(), scripts.get(), MigrationRun.brokenOff(run)));
  }

  @Override
  public SQSBatchResponse handleRequest(SQSEvent event, Context context) {
    return worker.handle(event, context);
  }
}
