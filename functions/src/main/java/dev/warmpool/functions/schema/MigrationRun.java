package dev.warmpool.functions.schema;

import com.fasterxml.jackson.databind.JsonNode;
import dev.warmpool.functions.event.Json;
import dev.warmpool.functions.fanout.Run;

/** A migration as a run whose schemas are sent to the workers' queue. Stateless. */
final class MigrationRun {

  private static final String JOB = "migrate";

  private MigrationRun() {}

  /** Returns a new run. */
  static Run create() {
    return Run.of(JOB, Json.object());
  }

  /**
   * Checks that a message is of such a run.
   *
   * @throws IllegalArgumentException if it is of another job
   */
  static void check(Run run) {
    JsonNode parameters = run.parameters();
    if (!run.job().equals(JOB) || !parameters.isObject() || !parameters.isEmpty()) {
      throw new IllegalArgumentException("the run's job must be " + JOB + ", without parameters");
    }
  }
}
