package dev.warmpool.local.runtime;

import java.time.Instant;

/**
 * Learns of environments and invocations as they happen. Called on whichever thread it happens on,
 * in order for one environment; must not block or throw.
 */
public interface RuntimeObserver {

  /** The environment is at this from now on. */
  void changed(EnvironmentInfo environment, EnvironmentState state, Instant at);

  /** An event was given to the environment, or waits for its init phase. */
  void began(String requestId, EnvironmentInfo environment, Instant at);

  /** The invocation is over, and its log complete. */
  void ended(InvocationReport report);
}
