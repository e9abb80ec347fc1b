package dev.warmpool.local.runtime;

/** The values of {@code AWS_LAMBDA_INITIALIZATION_TYPE}: how an environment is initialised. */
public enum InitializationType {
  /** The init phase runs when the first invocation needs the environment. */
  ON_DEMAND("on-demand"),
  /** The environment is restored from a snapshot taken after the init phase. */
  SNAP_START("snap-start"),
  /** One process runs many invocations at once and is never frozen. */
  MANAGED_INSTANCES("lambda-managed-instances");

  private final String text;

  InitializationType(String text) {
    this.text = text;
  }

  /** The variable's value. */
  public String text() {
    return text;
  }
}
