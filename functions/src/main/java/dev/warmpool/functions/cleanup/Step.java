package dev.warmpool.functions.cleanup;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.warmpool.functions.event.Json;

/**
 * The result of one step. Immutable, if its values are left alone.
 *
 * @param rows rows deleted
 * @param skipped rows that it had to leave because another transaction has locked them
 * @param isLast whether no work is left
 * @param position where the next step goes on, in the job's own form
 * @param figures members of the report of a job that runs once
 */
record Step(long rows, long skipped, boolean isLast, JsonNode position, ObjectNode figures) {

  /** Returns a step after which no work is left. */
  static Step last(long rows) {
    return new Step(rows, 0, true, Json.object(), Json.object());
  }

  /** Returns a step after which the next one goes on at this position. */
  static Step until(long rows, JsonNode position) {
    return new Step(rows, 0, false, position, Json.object());
  }

  /** Returns this step if it has left so many locked rows: the tenant is then not done. */
  Step skipping(long locked) {
    return new Step(rows, locked, isLast, position, figures);
  }

  /** Returns the only step of a job that runs once. */
  static Step of(ObjectNode figures) {
    return new Step(0, 0, true, Json.object(), figures);
  }
}
