package dev.warmpool.session.settings;

/**
 * How much of each statement is logged, {@code WARMPOOL_DEBUG} and {@code WARMPOOL_DEBUG_VALUES}.
 */
public enum StatementLogging {
  /** Nothing. */
  OFF,
  /** Each statement with its time. */
  STATEMENTS,
  /** Each statement with its time and its bound values. */
  VALUES
}
