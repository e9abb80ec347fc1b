package dev.warmpool.functions.schema;

import dev.warmpool.functions.event.Json;
import dev.warmpool.functions.fanout.Run;

/** A migration as a run whose schemas are sent to the workers' queue. Stateless. */
final class MigrationRun {

  private static final String JOB = "migrate";
  private static final String BROKEN_OFF = "brokenOff";

  private MigrationRun() {}

  /** Returns a new run. */
  static Run create(BrokenOff brokenOff) {
    return Run.of(JOB, Json.object().put(BROKEN_OFF, brokenOff.name()));
  }

  /**
   * Reads what a run does with scripts that broke off.
   *
   * @throws IllegalArgumentException if it is of another job
   */
  static BrokenOff brokenOff(Run run) {
    if (!run.job().equals(JOB)) {
      throw new IllegalArgumentException("the run's job must be " + JOB);
    }
    return run.parameters().path(BROKEN_OFF).asText().equals(BrokenOff.RETRY.name())
        ? BrokenOff.RETRY
        : BrokenOff.REPORT;
  }
}
