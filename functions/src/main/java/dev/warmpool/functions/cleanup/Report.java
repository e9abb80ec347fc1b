package dev.warmpool.functions.cleanup;

import com.fasterxml.jackson.databind.JsonNode;
import dev.warmpool.functions.event.Json;
import dev.warmpool.functions.fanout.Progress;
import java.util.List;

/**
 * The result of a job in all tenants. Immutable.
 *
 * @param tenants the number of tenants that the job was to run for
 * @param progress the progress in each tenant that the job began with
 */
record Report(int tenants, List<Progress> progress) {

  /** Returns the report of a run; it is complete if the job is done in every tenant. */
  JsonNode json(Job job) {
    long done = count(Progress.State.DONE);
    return Json.object()
        .put("job", job.title())
        .put("tenants", tenants)
        .put("done", done)
        .put("failed", count(Progress.State.FAILED))
        .put("busy", count(Progress.State.BUSY))
        .put("deleted", progress.stream().mapToLong(Progress::deleted).sum())
        .put("batches", progress.stream().mapToInt(Progress::batches).sum())
        .put("complete", done == tenants);
  }

  private long count(Progress.State state) {
    return progress.stream().filter(one -> one.state() == state).count();
  }
}
