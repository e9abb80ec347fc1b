package dev.warmpool.functions.schema;

import dev.warmpool.functions.fanout.Failure;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The result of migrating one schema. Immutable.
 *
 * @param schema the schema's name
 * @param from the version before the run; 0 if no script had been applied
 * @param to the version after the run
 * @param end how the migration of this schema ended
 * @param failure why the schema is not at the newest version; empty unless it failed
 */
record Outcome(String schema, int from, int to, End end, Optional<Failure> failure) {

  private static final Logger LOG = LoggerFactory.getLogger(Outcome.class);

  /** How the migration of a schema ended. */
  enum End {
    /** At least one script was applied, and none is missing. */
    MIGRATED,
    /** No script was missing. */
    UNCHANGED,
    FAILED,
    /** There was no time for it, or not for all of it. */
    LEFT
  }

  /** Returns the outcome of a schema that is not looked at in this run. */
  static Outcome left(String schema) {
    return new Outcome(schema, 0, 0, End.LEFT, Optional.empty());
  }

  /** Returns the outcome of a schema that cannot be looked at, and logs why. */
  static Outcome failed(String schema, Throwable error) {
    return failed(schema, 0, 0, error);
  }

  /** Returns the outcome of a schema that stays at a version, and logs why. */
  static Outcome failed(String schema, int from, int to, Throwable error) {
    LOG.error("The migration of the schema {} failed", schema, error);
    return new Outcome(schema, from, to, End.FAILED, Optional.of(Failure.of(error)));
  }
}
