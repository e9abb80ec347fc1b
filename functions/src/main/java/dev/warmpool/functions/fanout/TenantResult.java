package dev.warmpool.functions.fanout;

import dev.warmpool.functions.fanout.Progress.State;

/**
 * The result of one message in one tenant. Immutable.
 *
 * @param tenant the tenant's name
 * @param progress the progress in it
 */
record TenantResult(String tenant, Progress progress) {

  boolean is(State state) {
    return progress.state() == state;
  }
}
