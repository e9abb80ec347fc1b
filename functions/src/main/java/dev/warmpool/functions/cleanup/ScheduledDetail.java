package dev.warmpool.functions.cleanup;

import com.fasterxml.jackson.databind.JsonNode;
import dev.warmpool.functions.event.Json;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Finds what a scheduled event asks for: in the detail of an event of EventBridge's rules or of its
 * Scheduler, or in the whole event if a schedule's input is the detail itself. Refuses events of
 * any other kind, because a job deletes rows. Messages name members, but quote no values.
 * Stateless.
 */
final class ScheduledDetail {

  /** The members of EventBridge's envelope. */
  private static final Set<String> ENVELOPE =
      Set.of(
          "version",
          "id",
          "detail-type",
          "source",
          "account",
          "time",
          "region",
          "resources",
          "detail");

  private static final Set<String> SOURCES = Set.of("aws.events", "aws.scheduler");
  private static final String TYPE = "Scheduled Event";

  /** Names in a message; a foreign event can have any number. */
  private static final int MAX_NAMES = 10;

  private ScheduledDetail() {}

  /**
   * Returns the detail; an empty object for an event that is empty or has no or an empty detail.
   *
   * @throws IllegalArgumentException if the event is not a scheduled event and not a detail
   */
  static JsonNode of(JsonNode event) {
    if (!event.isObject()) {
      throw new IllegalArgumentException("the event must be a JSON object");
    }
    if (!isEnveloped(event)) {
      return event;
    }
    List<String> faults = unknown(event, ENVELOPE);
    if (event.has("source") && !SOURCES.contains(event.path("source").asText())) {
      faults.add("source must be aws.events or aws.scheduler");
    }
    if (event.has("detail-type") && !TYPE.equals(event.path("detail-type").asText())) {
      faults.add("detail-type must be " + TYPE);
    }
    if (!faults.isEmpty()) {
      throw new IllegalArgumentException("not a scheduled event: " + String.join("; ", faults));
    }
    return detail(event.path("detail"));
  }

  /**
   * Returns whether the event has a detail or says what it is; its other members decide nothing.
   */
  private static boolean isEnveloped(JsonNode event) {
    return event.has("detail") || event.has("source") || event.has("detail-type");
  }

  private static JsonNode detail(JsonNode detail) {
    JsonNode read = detail.isTextual() ? parsed(detail.textValue()) : detail;
    if (read.isMissingNode() || read.isNull()) {
      return Json.object();
    }
    if (!read.isObject()) {
      throw new IllegalArgumentException("detail must be a JSON object");
    }
    return read;
  }

  /** Reads a detail in a string, as EventBridge Scheduler delivers it. */
  private static JsonNode parsed(String detail) {
    try {
      return Json.read(detail);
    } catch (IOException e) {
      return Json.array();
    }
  }

  /** Returns a fault for each member that is not one of these. */
  static List<String> unknown(JsonNode object, Set<String> known) {
    List<String> faults = new ArrayList<>();
    object
        .fieldNames()
        .forEachRemaining(
            name -> {
              if (!known.contains(name) && faults.size() < MAX_NAMES) {
                faults.add(
                    name + " is unknown: must be one of " + known.stream().sorted().toList());
              }
            });
    return faults;
  }
}
