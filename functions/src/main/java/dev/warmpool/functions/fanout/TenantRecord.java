package dev.warmpool.functions.fanout;

import dev.warmpool.session.Session;
import reactor.core.publisher.Mono;

/**
 * The record of one tenant in a run, which makes a message that is delivered twice harmless. Its
 * methods run in the session of the work, so that the record is committed with the work or not at
 * all. Implementations are immutable.
 */
public interface TenantRecord {

  /** Returns the tenant's name. */
  String tenant();

  /**
   * Returns whether the run has been done in the tenant. Ask under the lock that admits one run per
   * tenant, before each transaction's work.
   */
  Mono<Boolean> isDone(Session session);

  /**
   * Records one transaction's work.
   *
   * @param rows rows deleted, or another count of what was done
   * @param after {@code DONE} if no work is left, else {@code RUNNING} or {@code BUSY}
   */
  Mono<Void> batch(Session session, long rows, Progress.State after);

  /** Returns the record of a tenant whose run is not recorded: it is never done. */
  static TenantRecord unrecorded(String tenant) {
    return new Unrecorded(tenant);
  }

  /** The record of work without a run. */
  record Unrecorded(String tenant) implements TenantRecord {

    @Override
    public Mono<Boolean> isDone(Session session) {
      return Mono.just(false);
    }

    @Override
    public Mono<Void> batch(Session session, long rows, Progress.State after) {
      return Mono.empty();
    }
  }
}
