package dev.warmpool.local.runtime;

/** How Lambda brings an execution environment up, by {@code AWS_LAMBDA_INITIALIZATION_TYPE}. */
public enum InitializationType {
  /** The init phase runs before the first invocation. */
  ON_DEMAND("on-demand"),
  /** It ran before a snapshot was taken, of which the environment is restored. */
  SNAP_START("snap-start"),
  /** Many invocations at once in one process, which is never frozen. */
  MANAGED_INSTANCES("lambda-managed-instances");

  private final String text;

  InitializationType(String text) {
    this.text = text;
  }

  /** As the variable says it. */
  public String text() {
    return text;
  }
}
