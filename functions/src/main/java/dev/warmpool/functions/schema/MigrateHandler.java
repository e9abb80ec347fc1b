package dev.warmpool.functions.schema;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.warmpool.functions.event.DirectEntry;
import dev.warmpool.functions.event.Json;
import dev.warmpool.functions.tenant.TenantSchemas;
import dev.warmpool.session.Deadline;
import dev.warmpool.session.SessionManager;
import dev.warmpool.session.lambda.Preload;
import dev.warmpool.session.lambda.SharedSessions;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Creates and migrates the schemas that the event lists, {@code {"schemas":["tenant_a"]}}, or all
 * known schemas if it lists none: those in the tenant registry and the one in {@code
 * POSTGRES_SCHEMA}. A schema that fails does not stop the others; the report has one entry per
 * schema. Thread-safe.
 */
public final class MigrateHandler implements RequestStreamHandler {

  static {
    Preload.start();
  }

  private final Supplier<SessionManager> sessions;
  private final String ownSchema;

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
    this.sessions = sessions;
    this.ownSchema = ownSchema;
  }

  @Override
  public void handleRequest(InputStream event, OutputStream response, Context context)
      throws IOException {
    DirectEntry.handle(event, response, context, this::migrate);
  }

  private Mono<JsonNode> migrate(JsonNode event, Deadline deadline) {
    Optional<List<String>> requested = requested(event);
    Migrator migrator = new Migrator(sessions.get(), Migration.all(), deadline);
    return requested
        .map(Mono::just)
        .orElseGet(() -> known(migrator))
        .flatMapMany(Flux::fromIterable)
        .concatMap(migrator::migrate)
        .collectList()
        .map(MigrateHandler::report);
  }

  private Mono<List<String>> known(Migrator migrator) {
    return migrator
        .tenants()
        .map(
            tenants -> {
              Set<String> names = new LinkedHashSet<>(tenants);
              if (!ownSchema.isBlank()) {
                names.add(ownSchema);
              }
              return List.copyOf(names);
            });
  }

  /**
   * Returns the schemas that the event lists; empty if it has no list.
   *
   * @throws IllegalArgumentException if the event has other members, so that a misspelt list does
   *     not migrate all schemas, or if a name is not a tenant's
   */
  private static Optional<List<String>> requested(JsonNode event) {
    JsonNode schemas = event.path("schemas");
    if (event.isObject() && event.isEmpty()) {
      return Optional.empty();
    }
    if (!schemas.isArray() || event.size() > 1) {
      throw new IllegalArgumentException(
          "the event must be {} or have one member, schemas, an array of schema names");
    }
    List<String> requested = new ArrayList<>();
    for (JsonNode schema : schemas) {
      if (!schema.isTextual()) {
        throw new IllegalArgumentException("schemas must be an array of schema names");
      }
      requested.add(TenantSchemas.of(schema.textValue()).name());
    }
    return Optional.of(requested);
  }

  private static JsonNode report(List<Migrator.Outcome> outcomes) {
    ObjectNode report = Json.object();
    ArrayNode schemas = report.putArray("schemas");
    for (Migrator.Outcome outcome : outcomes) {
      ObjectNode schema =
          schemas
              .addObject()
              .put("schema", outcome.schema())
              .put("from", outcome.from())
              .put("to", outcome.to());
      if (!outcome.error().isEmpty()) {
        schema.put("error", outcome.error());
      }
    }
    return report.put("complete", outcomes.stream().allMatch(o -> o.error().isEmpty()));
  }
}
