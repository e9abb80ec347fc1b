package dev.warmpool.local.runtime;

/** The state of an execution environment. */
public enum EnvironmentState {
  /** The process was started; the init phase runs. */
  INIT,
  /** Initialised and frozen; the next event restores it. */
  CHECKPOINT,
  /** Being restored from its checkpoint. */
  RESTORED,
  /** Runs an invocation. */
  RUNNING,
  /** Waits for an event, not frozen. */
  IDLE,
  /** Waits for an event, frozen. */
  FROZEN,
  /** SIGTERM was sent; the process may still close its resources. */
  SHUTDOWN,
  /** The process has ended as planned: it was unused, too old or of a previous build. */
  ENDED,
  /** The process has ended otherwise: it crashed, was killed or has timed out. */
  LOST;

  /** Whether the process has ended. */
  public boolean isOver() {
    return this == ENDED || this == LOST;
  }
}
