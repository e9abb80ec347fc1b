package dev.warmpool.functions.cleanup;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.warmpool.functions.event.Json;
import dev.warmpool.functions.fanout.FanOut;
import dev.warmpool.functions.fanout.FanOutSettings;
import dev.warmpool.functions.fanout.Run;
import dev.warmpool.functions.fanout.TenantRecord;
import dev.warmpool.functions.tenant.TenantSchemas;
import dev.warmpool.session.Deadline;
import dev.warmpool.session.Schema;
import dev.warmpool.session.SessionManager;
import dev.warmpool.session.SessionOptions;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Runs the job of one event: once, in the tenants one after another, or by sending it to workers.
 */
final class JobRun {

  private static final Logger LOG = LoggerFactory.getLogger(JobRun.class);

  /** The schema of sessions without a tenant: it exists in every database. */
  private static final Schema INFORMATION_SCHEMA = new Schema("information_schema");

  private final SessionManager sessions;
  private final FanOutSettings settings;
  private final JobEvent event;
  private final Deadline deadline;

  JobRun(SessionManager sessions, FanOutSettings settings, JobEvent event, Deadline deadline) {
    this.sessions = sessions;
    this.settings = settings;
    this.event = event;
    this.deadline = deadline;
  }

  /**
   * Runs the job when subscribed to.
   *
   * @param ownSchema a schema to work in also if it is not in the registry; empty for none
   * @return the report
   */
  Mono<JsonNode> run(String ownSchema) {
    return event.job().scope() == Job.Scope.ONCE
        ? once()
        : TenantSchemas.registered(sessions, options())
            .map(registered -> with(ownSchema, registered))
            .flatMap(this::inTenants);
  }

  private SessionOptions options() {
    return SessionOptions.until(deadline).named(event.job().title());
  }

  private Mono<JsonNode> once() {
    return sessions
        .inSession(
            options().in(INFORMATION_SCHEMA),
            session -> event.job().step(session, Input.first(event.parameters())))
        .map(step -> reported(step.figures()));
  }

  private JsonNode reported(ObjectNode figures) {
    ObjectNode report = Json.object().put("job", event.job().title());
    report.setAll(figures);
    return report.put("complete", true);
  }

  private static List<String> with(String ownSchema, List<String> registered) {
    Set<String> names = new LinkedHashSet<>(registered);
    if (!ownSchema.isBlank()) {
      names.add(ownSchema);
    }
    return List.copyOf(names);
  }

  private Mono<JsonNode> inTenants(List<String> tenants) {
    if (!settings.isExceeded(tenants.size())) {
      return oneAfterAnother(tenants);
    }
    if (settings.queue().isEmpty()) {
      LOG.warn(
          "{} tenants are more than FANOUT_THRESHOLD, {}, but there is no CLEANUP_QUEUE_URL:"
              + " working through them one after another",
          tenants.size(),
          settings.threshold());
      return oneAfterAnother(tenants);
    }
    return new FanOut(settings.queue().get(), sessions, deadline)
        .send(Run.of(event.job().title(), event.parameters()), tenants);
  }

  /** A tenant in which the job fails does not stop the others. */
  private Mono<JsonNode> oneAfterAnother(List<String> tenants) {
    Batches batches = new Batches(sessions, event);
    return Flux.fromIterable(tenants)
        .takeWhile(tenant -> Batches.isTimeLeft(deadline))
        .concatMap(tenant -> batches.run(TenantRecord.unrecorded(tenant), deadline))
        .collectList()
        .map(progress -> new Report(tenants.size(), progress).json(event.job()));
  }
}
