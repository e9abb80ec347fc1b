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
  /** The process was ended because an invocation exceeded the function's time-out. */
  TIMED_OUT,
  /** The process has ended in its init phase, or was ended because the phase took too long. */
  FAILED_START,
  /** The process has ended otherwise: it crashed or was killed. */
  LOST;

  /** Whether the process has ended. */
  public boolean isOver() {
    return compareTo(ENDED) >= 0;
  }
}
