package dev.warmpool.functions.schema;

/**
 * The result of migrating one schema. Immutable.
 *
 * @param schema the schema's name
 * @param from the version before the run; 0 if no script had been applied
 * @param to the version after the run
 * @param end how the migration of this schema ended
 * @param error why the schema is not at the newest version; empty unless it failed
 */
record Outcome(String schema, int from, int to, End end, String error) {

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
    return new Outcome(schema, 0, 0, End.LEFT, "");
  }

  /** Returns the outcome of a schema that cannot be looked at. */
  static Outcome failed(String schema, Throwable error) {
    return new Outcome(schema, 0, 0, End.FAILED, Reasons.of(error));
  }
}
