package dev.warmpool.local.runtime;

import java.time.Instant;

/**
 * Observes environments and invocations. Called on the thread that causes the event, in order for
 * each environment. Implementations must neither block nor throw.
 */
public interface RuntimeObserver {

  /** The environment entered a state. */
  void changed(EnvironmentInfo environment, EnvironmentState state, Instant at);

  /** The environment was chosen for an invocation; its init phase may still run. */
  void began(String requestId, EnvironmentInfo environment, Instant at);

  /** The invocation was refused: the function's concurrency is used up. */
  default void throttled(String requestId, String function, Instant at) {}

  /** The invocation has ended and its log is complete. */
  void ended(InvocationReport report);
}
