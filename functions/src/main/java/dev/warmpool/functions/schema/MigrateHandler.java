package dev.warmpool.functions.schema;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.fasterxml.jackson.databind.JsonNode;
import dev.warmpool.functions.cloudformation.ResourceAnswer;
import dev.warmpool.functions.cloudformation.ResourceRequest;
import dev.warmpool.functions.cloudformation.ResourceResponses;
import dev.warmpool.functions.event.DirectEntry;
import dev.warmpool.functions.event.Invocation;
import dev.warmpool.functions.event.Json;
import dev.warmpool.functions.fanout.Failure;
import dev.warmpool.functions.fanout.FanOut;
import dev.warmpool.functions.fanout.FanOutSettings;
import dev.warmpool.functions.fanout.RunIds;
import dev.warmpool.functions.fanout.Runs;
import dev.warmpool.functions.metrics.InvocationMetrics;
import dev.warmpool.session.Deadline;
import dev.warmpool.session.SessionManager;
import dev.warmpool.session.lambda.InvocationDeadline;
import dev.warmpool.session.lambda.Preload;
import dev.warmpool.session.lambda.SharedSessions;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * Creates and migrates the schemas that the event lists, {@code {"schemas":["tenant_a"]}}, or all
 * known schemas that are behind if it lists none: those in the tenant registry and the one in
 * {@code POSTGRES_SCHEMA}. It is also the custom resource {@code Custom::Migration} of
 * CloudFormation, which migrates all of them in a deployment. More schemas than {@code
 * FANOUT_THRESHOLD} are sent to the queue in {@code MIGRATE_QUEUE_URL}. A schema that fails does
 * not stop the others. {@code docs/migrations.md} describes the events and the reports.
 * Thread-safe.
 */
public final class MigrateHandler implements RequestStreamHandler {

  static {
    Preload.start();
  }

  private static final String RUN = "run";

  private static final Logger LOG = LoggerFactory.getLogger(MigrateHandler.class);

  private final Supplier<SessionManager> sessions;
  private final String ownSchema;
  private final Supplier<Scripts> scripts;
  private final FanOutSettings fanOut;

  /** Called by Lambda; opens no connection. */
  public MigrateHandler() {
    this(
        SharedSessions::manager,
        System.getenv().getOrDefault("POSTGRES_SCHEMA", ""),
        Scripts::read,
        MigrateWorkerHandler.settings(System.getenv()));
    InvocationMetrics.start(System.getenv());
  }

  /**
   * Creates a handler with its own source of sessions and without a queue.
   *
   * @param sessions supplies the session manager; called for every event
   * @param ownSchema a schema that is known without being in the registry; empty for none
   */
  public MigrateHandler(Supplier<SessionManager> sessions, String ownSchema) {
    this(
        sessions,
        ownSchema,
        Scripts::read,
        new FanOutSettings(0, Optional.empty(), Optional.empty()));
  }

  MigrateHandler(
      Supplier<SessionManager> sessions,
      String ownSchema,
      Supplier<Scripts> scripts,
      FanOutSettings fanOut) {
    this.sessions = sessions;
    this.ownSchema = ownSchema.isBlank() ? "" : ownSchema;
    this.scripts = scripts;
    this.fanOut = fanOut;
  }

  @Override
  public void handleRequest(InputStream event, OutputStream response, Context context)
      throws IOException {
    JsonNode json = DirectEntry.read(event);
    JsonNode report =
        ResourceRequest.isIn(json)
            ? deploy(Deployment.request(json), context)
            : DirectEntry.await(json, context, this::run);
    response.write(Json.bytes(report));
  }

  private Mono<JsonNode> run(JsonNode event, Deadline deadline) {
    if (event.has(RUN)) {
      UUID run = run(event);
      return new Runs(sessions.get(), deadline).report(run);
    }
    MigrateEvent request = MigrateEvent.of(event);
    return request.dryRun() ? dryRun(request, deadline) : migrate(request, deadline);
  }

  private static UUID run(JsonNode event) {
    return RunIds.of(event.path(RUN))
        .filter(id -> event.size() == 1)
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "run must be a run's id, and the only member of its event"));
  }

  private Mono<JsonNode> dryRun(MigrateEvent request, Deadline deadline) {
    SessionManager manager = sessions.get();
    Scripts all = scripts.get();
    return request
        .schemas()
        .map(Mono::just)
        .orElseGet(new Registry(manager, all, ownSchema, deadline)::behindUnchanged)
        .flatMap(new DryRun(manager, all, deadline)::run);
  }

  /** Migrates the schemas, or sends them to the queue if they are too many for one invocation. */
  private Mono<JsonNode> migrate(MigrateEvent request, Deadline deadline) {
    SessionManager manager = sessions.get();
    return behind(deadline)
        .map(behind -> request.schemas().orElse(behind))
        .flatMap(
            schemas ->
                fanOut
                    .queue()
                    .filter(queue -> fanOut.isExceeded(schemas.size()))
                    .map(queue -> new FanOut(queue, manager, deadline))
                    .map(queue -> queue.send(MigrationRun.create(request.brokenOff()), schemas))
                    .orElseGet(
                        () -> migrate(schemas, request.brokenOff(), deadline).map(Report::json)));
  }

  private Mono<List<String>> behind(Deadline deadline) {
    return new Registry(sessions.get(), scripts.get(), ownSchema, deadline).behind();
  }

  private Mono<Report> migrate(List<String> schemas, BrokenOff brokenOff, Deadline deadline) {
    return new Migrator(new Migrating(sessions.get(), scripts.get(), deadline, brokenOff))
        .run(schemas);
  }

  /** Migrates and answers to CloudFormation, which waits for an answer in any case. */
  private JsonNode deploy(ResourceRequest request, Context context) {
    Deadline invocation = InvocationDeadline.of(context);
    ResourceAnswer answer = answer(request, context, Deployment.deadline(invocation));
    return ResourceResponses.send(request, answer, Deployment.PHYSICAL_ID, invocation);
  }

  private ResourceAnswer answer(ResourceRequest request, Context context, Deadline deadline) {
    if (request.type() == ResourceRequest.Type.DELETE) {
      return ResourceAnswer.success(Map.of());
    }
    try {
      List<String> named = Deployment.schemas(request);
      Deployment.requireBudget(request);
      Deployment.requireScripts(request, scripts.get());
      Mono<Report> report =
          Mono.defer(() -> behind(deadline))
              .flatMap(behind -> migrate(union(behind, named), BrokenOff.REPORT, deadline))
              .timeout(deadline.remaining().plus(Deadline.MAX_GRACE));
      return Deployment.answer(Invocation.await(report, context));
    } catch (RuntimeException | Error e) {
      LOG.error("The migration of a deployment failed", e);
      return ResourceAnswer.failed(Failure.of(e).text(), Map.of());
    }
  }

  private static List<String> union(List<String> behind, List<String> named) {
    Set<String> schemas = new LinkedHashSet<>(behind);
    schemas.addAll(named);
    return List.copyOf(schemas);
  }
}
