package dev.warmpool.functions.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.warmpool.functions.event.Json;
import dev.warmpool.functions.fanout.Failure;
import dev.warmpool.functions.tenant.TenantSchemas;
import dev.warmpool.session.Deadline;
import dev.warmpool.session.Schema;
import dev.warmpool.session.SessionManager;
import dev.warmpool.session.SessionOptions;
import dev.warmpool.session.UnknownSchemaException;
import io.r2dbc.spi.R2dbcException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Lists the scripts that a run would apply, in read-only sessions, so that nothing is changed.
 * Thread-safe.
 */
final class DryRun {

  private static final Logger LOG = LoggerFactory.getLogger(DryRun.class);

  private static final String UNDEFINED_TABLE = "42P01";

  private final SessionManager sessions;
  private final Scripts scripts;
  private final SessionOptions options;

  DryRun(SessionManager sessions, Scripts scripts, Deadline deadline) {
    this.sessions = sessions;
    this.scripts = scripts;
    this.options = SessionOptions.until(deadline).named("Migrate").readOnly();
  }

  /** Looks at the first {@link Report#LISTED} schemas; the rest is counted only. */
  Mono<JsonNode> run(List<String> schemas) {
    return Flux.fromIterable(schemas)
        .take(Report.LISTED)
        .flatMapSequential(this::plan, Math.max(1, sessions.stats().max()))
        .collectList()
        .map(plans -> report(plans, schemas.size()));
  }

  private static JsonNode report(List<JsonNode> plans, int behind) {
    ObjectNode report = Json.object().put("dryRun", true);
    ArrayNode listed = report.putArray("schemas");
    plans.forEach(listed::add);
    return report.put("behind", behind);
  }

  private Mono<JsonNode> plan(String name) {
    return Mono.fromSupplier(() -> TenantSchemas.of(name))
        .flatMap(this::history)
        .map(history -> plan(name, history))
        .onErrorResume(error -> Mono.just(failed(name, error)));
  }

  private static JsonNode failed(String name, Throwable error) {
    LOG.error("The schema {} cannot be looked at", name, error);
    return Json.object().put("schema", name).put("error", Failure.of(error).text());
  }

  private Mono<History> history(Schema schema) {
    return sessions
        .inSession(options.in(schema), SchemaQueries::history)
        .onErrorResume(DryRun::isWithoutHistory, error -> Mono.just(new History(List.of())));
  }

  private static boolean isWithoutHistory(Throwable error) {
    return error instanceof UnknownSchemaException
        || (error instanceof R2dbcException database
            && UNDEFINED_TABLE.equals(database.getSqlState()));
  }

  private JsonNode plan(String name, History history) {
    history.check(scripts);
    ObjectNode plan = Json.object().put("schema", name).put("from", history.version());
    ArrayNode missing = plan.putArray("scripts");
    for (Migration script : history.missing(scripts)) {
      missing.add(script.name());
      if (history.state(script) != History.State.FINISHED) {
        plan.put("unfinished", script.name());
      }
    }
    return plan;
  }
}
