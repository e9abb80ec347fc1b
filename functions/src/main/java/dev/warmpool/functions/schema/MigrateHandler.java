package dev.warmpool.functions.schema;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.warmpool.functions.event.DirectEntry;
import dev.warmpool.functions.event.Json;
import dev.warmpool.session.Deadline;
import dev.warmpool.session.Schema;
import dev.warmpool.session.SessionManager;
import dev.warmpool.session.lambda.Preload;
import dev.warmpool.session.lambda.SharedSessions;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Makes and migrates schemas: {@code {"schemas":["tenant_a"]}}, or without a list all known ones,
 * which are those in the registry and the setting {@code POSTGRES_SCHEMA}. Every schema gets its
 * try; the report tells of each.
 */
public final class MigrateHandler implements RequestStreamHandler {

  static {
    Preload.start();
  }

  private final Supplier<SessionManager> sessions;
  private final String ownSchema;

  /** As Lambda makes it; nothing is opened. */
  public MigrateHandler() {
    this(SharedSessions::manager, System.getenv().getOrDefault("POSTGRES_SCHEMA", ""));
  }

  /**
   * With this manager, asked for at every event.
   *
   * @param ownSchema known besides the registry's; empty for none
   */
  public MigrateHandler(Supplier<SessionManager> sessions, String ownSchema) {
    this.sessions = sessions;
    this.ownSchema = ownSchema;
  }

  @Override
  public void handleRequest(InputStream event, OutputStream answer, Context context)
      throws IOException {
    DirectEntry.handle(event, answer, context, this::migrate);
  }

  private Mono<JsonNode> migrate(JsonNode event, Deadline deadline) {
    List<Schema> asked = asked(event);
    Migrator migrator = new Migrator(sessions.get(), Migration.all(), deadline);
    Mono<List<Schema>> schemas = asked.isEmpty() ? known(migrator) : Mono.just(asked);
    return schemas
        .flatMapMany(Flux::fromIterable)
        .concatMap(migrator::migrate)
        .collectList()
        .map(MigrateHandler::report);
  }

  private Mono<List<Schema>> known(Migrator migrator) {
    return migrator
        .tenants()
        .map(
            tenants -> {
              Set<String> names = new LinkedHashSet<>(tenants);
              if (!ownSchema.isBlank()) {
                names.add(ownSchema);
              }
              return names.stream().map(Schema::new).toList();
            });
  }

  private static List<Schema> asked(JsonNode event) {
    JsonNode schemas = event.path("schemas");
    if (schemas.isMissingNode() || schemas.isNull()) {
      return List.of();
    }
    if (!schemas.isArray()) {
      throw new IllegalArgumentException("schemas is " + schemas + ": must be an array of names");
    }
    List<Schema> asked = new ArrayList<>();
    for (JsonNode schema : schemas) {
      if (!schema.isTextual()) {
        throw new IllegalArgumentException("schemas holds " + schema + ": must be a name");
      }
      asked.add(new Schema(schema.textValue()));
    }
    return asked;
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
