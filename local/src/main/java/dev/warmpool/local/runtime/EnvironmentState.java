package dev.warmpool.local.runtime;

/** What an execution environment is at. */
public enum EnvironmentState {
  /** Its process has been started. */
  INIT,
  /** Initialised and frozen, to be restored by the next event. */
  CHECKPOINT,
  /** It comes back from its checkpoint. */
  RESTORED,
  /** An event is with it. */
  RUNNING,
  /** It waits for an event, and is not frozen. */
  IDLE,
  /** It waits for an event, stopped. */
  FROZEN,
  /** It was told to end, and may still close what it has. */
  SHUTDOWN,
  /** Its process has ended. */
  LOST
}
