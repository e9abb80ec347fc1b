package dev.warmpool.functions.fanout;

import dev.warmpool.session.Deadline;
import reactor.core.publisher.Mono;

/** The work of a run in one tenant. Implementations are thread-safe. */
@FunctionalInterface
public interface TenantWork {

  /**
   * Works in one tenant until nothing is left or the deadline is near, in transactions of its own.
   * Starts when subscribed to.
   *
   * @return exactly one progress; {@code RUNNING} if time was short. An error is reported as {@code
   *     FAILED}, or emitted if no transaction was committed
   */
  Mono<Progress> run(TenantRecord tenant, Deadline deadline);

  /** Finds the work of a run. */
  @FunctionalInterface
  interface Finder {

    /**
     * Returns the work of this run.
     *
     * @throws IllegalArgumentException if there is no such job or its parameters are invalid
     */
    TenantWork of(Run run);
  }
}
