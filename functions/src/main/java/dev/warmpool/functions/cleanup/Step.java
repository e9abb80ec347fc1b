package dev.warmpool.functions.cleanup;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.warmpool.functions.event.Json;

/**
 * The result of one step. Immutable, if its values are left alone.
 *
 * @param rows rows deleted
 * @param isLast whether no work is left
 * @param position where the next step goes on, in the job's own form
 * @param figures members of the report of a job that runs once
 */
record Step(long rows, boolean isLast, JsonNode position, ObjectNode figures) {

  /** Returns a step after which no work is left. */
  static Step last(long rows) {
    return new Step(rows, true, Json.object(), Json.object());
  }

  /** Returns a step after which the next one goes on at this position. */
  static Step until(long rows, JsonNode position) {
    return new Step(rows, false, position, Json.object());
  }

  /** Returns the only step of a job that runs once. */
  static Step of(ObjectNode figures) {
    return new Step(0, true, Json.object(), figures);
  }
}
