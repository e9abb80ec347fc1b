package dev.warmpool.functions.cleanup;

import dev.warmpool.session.Session;
import java.util.List;
import reactor.core.publisher.Mono;

/**
 * One kind of scheduled work, which an event asks for by its title. {@link Jobs} lists all of them.
 * Implementations are immutable.
 */
interface Job {

  /** Returns the job's name in events, logs and reports. */
  String title();

  /** Returns the parameters that an event can have for this job. */
  List<Parameter<?>> parameters();

  /** Returns where the job runs: by default in every tenant. */
  default Scope scope() {
    return Scope.EVERY_TENANT;
  }

  /**
   * Does one step when subscribed to, in a transaction that is committed after it. In every tenant
   * one run of the job is in a step at a time.
   *
   * @param session a session in the tenant's schema
   * @param input the event's parameters, and where the step before has stopped
   * @return exactly one step
   */
  Mono<Step> step(Session session, Input input);

  /** Where a job runs. */
  enum Scope {
    /** In the schema of each tenant, step by step until the last one. */
    EVERY_TENANT,
    /** Once, in one step, in a session without a tenant. */
    ONCE
  }
}
