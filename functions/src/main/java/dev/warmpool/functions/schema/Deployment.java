package dev.warmpool.functions.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.warmpool.functions.cloudformation.ResourceAnswer;
import dev.warmpool.functions.cloudformation.ResourceRequest;
import dev.warmpool.functions.event.Json;
import dev.warmpool.functions.fanout.Failure;
import dev.warmpool.session.Deadline;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The custom resource {@code Custom::Migration} in CloudFormation's terms: what it is asked for,
 * and what a report means to the stack. Stateless.
 */
final class Deployment {

  /** Constant, so that CloudFormation never replaces the resource. */
  static final String PHYSICAL_ID = "warmpool-migrations";

  /**
   * Time for the answer and its repetitions, at most; a quarter of an invocation if that is less.
   */
  private static final Duration ANSWER_TIME = Duration.ofSeconds(30);

  private static final String TYPE = "Custom::Migration";
  private static final String SCHEMAS = "Schemas";
  private static final String SCRIPTS = "ScriptsHash";

  private static final Set<String> PROPERTIES =
      Set.of(
          "ServiceToken",
          "ServiceTimeout",
          SCRIPTS,
          "After",
          ConnectionBudget.LIMIT,
          ConnectionBudget.FUNCTIONS,
          SCHEMAS);

  private static final Set<String> MEMBERS_OF_DIRECT_CALLS =
      Set.of("schemas", "dryRun", "retry", "run");

  private Deployment() {}

  /**
   * Reads a request.
   *
   * @throws IllegalArgumentException if the event is no request of CloudFormation for this
   *     resource. It cannot be answered: the address would be that of another event
   */
  static ResourceRequest request(JsonNode event) {
    if (MEMBERS_OF_DIRECT_CALLS.stream().anyMatch(event::has)) {
      throw new IllegalArgumentException(
          "the event has RequestType, of CloudFormation, and a member of a direct call");
    }
    ResourceRequest request = ResourceRequest.of(event);
    if (!request.resourceType().equals(TYPE)) {
      throw new IllegalArgumentException("ResourceType must be " + TYPE);
    }
    return request;
  }

  /** Returns the deadline of the migration, early enough to answer. */
  static Deadline deadline(Deadline invocation) {
    Duration quarter = invocation.remaining().dividedBy(4);
    Duration kept = quarter.compareTo(ANSWER_TIME) < 0 ? quarter : ANSWER_TIME;
    return new Deadline(invocation.at().minus(kept), invocation.grace());
  }

  /**
   * Checks that the stack's functions cannot open more connections than the database allows.
   *
   * @throws IllegalArgumentException if they can, or if a property is invalid; the message shows
   *     the sum
   */
  static void requireBudget(ResourceRequest request) {
    ConnectionBudget.of(request.properties()).ifPresent(ConnectionBudget::require);
  }

  /**
   * Checks that the template was written for this code's scripts: a deployment of an older archive
   * would migrate nothing, and the next one, with the same hash, would not migrate at all.
   *
   * @throws IllegalArgumentException if the request has another hash
   */
  static void requireScripts(ResourceRequest request, Scripts scripts) {
    String hash = request.properties().path(SCRIPTS).asText(scripts.hash());
    if (!hash.equals(scripts.hash())) {
      throw new IllegalArgumentException(
          SCRIPTS
              + " of the template is not that of the scripts in the archive: run mvn package, then"
              + " deploy again");
    }
  }

  /**
   * Returns the schemas to migrate in addition to the known ones. An empty name, which is what
   * CloudFormation makes of an empty list parameter, is none.
   *
   * @throws IllegalArgumentException if a property is unknown or a name is not a tenant's
   */
  static List<String> schemas(ResourceRequest request) {
    JsonNode properties = request.properties();
    properties
        .fieldNames()
        .forEachRemaining(
            name -> {
              if (!PROPERTIES.contains(name)) {
                throw new IllegalArgumentException("the property " + name + " is unknown");
              }
            });
    JsonNode schemas = properties.path(SCHEMAS);
    return schemas.isMissingNode() ? List.of() : MigrateEvent.names(withoutEmpty(schemas));
  }

  private static JsonNode withoutEmpty(JsonNode schemas) {
    if (!schemas.isArray()) {
      return schemas;
    }
    ArrayNode names = Json.array();
    for (JsonNode name : schemas) {
      if (!"".equals(name.textValue())) {
        names.add(name);
      }
    }
    return names;
  }

  /** Returns the answer to a request after this run. */
  static ResourceAnswer answer(Report report) {
    Map<String, String> data =
        Map.of(
            "Migrated", Integer.toString(report.count(Outcome.End.MIGRATED)),
            "Failed", Integer.toString(report.count(Outcome.End.FAILED)),
            "Left", Integer.toString(report.count(Outcome.End.LEFT)));
    return report.isComplete()
        ? ResourceAnswer.success(data)
        : ResourceAnswer.failed(reason(report), data);
  }

  private static String reason(Report report) {
    String reason =
        "%d schemas were migrated, %d failed, %d are left for the next run."
            .formatted(
                report.count(Outcome.End.MIGRATED),
                report.count(Outcome.End.FAILED),
                report.count(Outcome.End.LEFT));
    return report.failures().stream()
        .map(outcome -> " " + outcome.schema() + ": " + text(outcome) + ".")
        .collect(Collectors.joining("", reason, ""));
  }

  private static String text(Outcome outcome) {
    return outcome.failure().map(Failure::text).orElse("");
  }
}
