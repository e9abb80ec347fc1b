package dev.warmpool.local.runtime;

/**
 * How much an execution environment is used, and for how long: decides whether it takes another
 * invocation and when it is shut down. Confined to the lock of its {@link FunctionRunner}.
 */
final class EnvironmentUsage {

  private final LaunchContext launch;
  private final long createdNanos = System.nanoTime();
  private long releasedNanos = createdNanos;
  private int acquired;

  EnvironmentUsage(LaunchContext launch) {
    this.launch = launch;
  }

  /** Adds an invocation; returns whether there is room for another one. */
  boolean acquire() {
    return ++acquired < launch.concurrency();
  }

  /** Removes an invocation. */
  void release() {
    releasedNanos = System.nanoTime();
    acquired--;
  }

  /** Whether no invocation runs. */
  boolean isIdle() {
    return acquired == 0;
  }

  /** Whether the environment is older than {@code LOCAL_RECYCLE} and takes no more invocations. */
  boolean isTooOld() {
    return System.nanoTime() - createdNanos > launch.settings().recycle().toNanos();
  }

  /** Whether the environment runs nothing and is too old or idle for {@code LOCAL_IDLE}. */
  boolean isExpired() {
    boolean idle = System.nanoTime() - releasedNanos > launch.settings().idle().toNanos();
    return isIdle() && (idle || isTooOld());
  }
}
