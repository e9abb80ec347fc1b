package dev.warmpool.functions.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.warmpool.functions.event.Json;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What a run has done: a count for each way in which the migration of a schema can end, and the
 * outcomes of the first 100 schemas that failed and of the first 100 others that were looked at, so
 * that the report of any number of schemas fits into a response. Confined to one thread at a time.
 */
final class Report {

  /** Outcomes that are listed of failures, and as many of the rest. */
  static final int LISTED = 100;

  private final Map<Outcome.End, Integer> counts = new EnumMap<>(Outcome.End.class);
  private final List<Outcome> failed = new ArrayList<>();
  private final List<Outcome> others = new ArrayList<>();

  void add(Outcome outcome) {
    counts.merge(outcome.end(), 1, Integer::sum);
    switch (outcome.end()) {
      case FAILED -> list(failed, outcome);
      case MIGRATED, UNCHANGED -> list(others, outcome);
      case LEFT -> {
        // counted only: a run that ends early can leave ten thousand
      }
    }
  }

  private static void list(List<Outcome> outcomes, Outcome outcome) {
    if (outcomes.size() < LISTED) {
      outcomes.add(outcome);
    }
  }

  /** Returns how many schemas ended in this way. */
  int count(Outcome.End end) {
    return counts.getOrDefault(end, 0);
  }

  /** Whether all schemas are at the newest version. */
  boolean isComplete() {
    return count(Outcome.End.FAILED) == 0 && count(Outcome.End.LEFT) == 0;
  }

  /** Returns the first schemas that failed, with their reasons. */
  List<Outcome> failures() {
    return List.copyOf(failed);
  }

  /** Returns the report of a direct invocation, with the listed schemas ordered by name. */
  JsonNode json() {
    ObjectNode report = Json.object();
    ArrayNode schemas = report.putArray("schemas");
    Stream.concat(failed.stream(), others.stream())
        .sorted(Comparator.comparing(Outcome::schema))
        .forEach(outcome -> schemas.add(json(outcome)));
    return report
        .put("migrated", count(Outcome.End.MIGRATED))
        .put("unchanged", count(Outcome.End.UNCHANGED))
        .put("failed", count(Outcome.End.FAILED))
        .put("left", count(Outcome.End.LEFT))
        .put("complete", isComplete());
  }

  private static JsonNode json(Outcome outcome) {
    ObjectNode schema =
        Json.object()
            .put("schema", outcome.schema())
            .put("from", outcome.from())
            .put("to", outcome.to());
    return outcome.failure().map(failure -> schema.put("error", failure.text())).orElse(schema);
  }
}
