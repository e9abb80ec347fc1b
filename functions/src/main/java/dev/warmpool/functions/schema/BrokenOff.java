package dev.warmpool.functions.schema;

/** What a run does with a script outside a transaction whose end is not recorded. */
enum BrokenOff {
  /** Reports it, with what a person has to do. */
  REPORT,
  /** Executes it again, unless the schema has an invalid index. */
  RETRY
}
