package dev.warmpool.functions.fanout;

import dev.warmpool.session.Session;
import io.r2dbc.spi.Row;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The SQL for runs and their tenants. Every query runs when it is subscribed to, in the session
 * that it is given. Stateless.
 */
final class RunQueries {

  private static final String RECORD =
      "INSERT INTO warmpool.job_runs (id, job, parameters, tenants) VALUES ($1, $2, $3, $4)";

  private static final String RECORD_TENANTS =
      "INSERT INTO warmpool.job_run_tenants (run_id, tenant) SELECT $1, unnest($2::text[])";

  /** Ten at a time, for a run has a row for each of its tenants. */
  private static final String DELETE_OLD =
      "DELETE FROM warmpool.job_runs WHERE id IN (SELECT id FROM warmpool.job_runs"
          + " WHERE started_at < now() - interval '30 days' ORDER BY started_at LIMIT 10"
          + " FOR UPDATE SKIP LOCKED)";

  private static final String SENT = "UPDATE warmpool.job_runs SET sent_at = now() WHERE id = $1";

  private static final String UNSENT =
      "UPDATE warmpool.job_run_tenants SET state = 'failed', error = $3, ended_at = now()"
          + " WHERE run_id = $1 AND tenant = ANY($2) AND state <> 'done'";

  private static final String TENANTS =
      "SELECT r.job, r.parameters, t.tenant, t.state FROM warmpool.job_runs r"
          + " JOIN warmpool.job_run_tenants t ON t.run_id = r.id"
          + " WHERE r.id = $1 AND t.tenant = ANY($2)";

  private static final String IS_DONE =
      "SELECT count(*) > 0 FROM warmpool.job_run_tenants"
          + " WHERE run_id = $1 AND tenant = $2 AND state = 'done'";

  private static final String BATCH =
      "UPDATE warmpool.job_run_tenants SET deleted = deleted + $3, batches = batches + 1,"
          + " state = CASE WHEN $4 THEN 'done' ELSE 'pending' END,"
          + " attempts = attempts + CASE WHEN $4 THEN 1 ELSE 0 END,"
          + " error = NULL, ended_at = CASE WHEN $4 THEN now() END"
          + " WHERE run_id = $1 AND tenant = $2";

  /** Records an attempt that did not end the work, unless another one has. */
  static final String ATTEMPT =
      "UPDATE warmpool.job_run_tenants SET attempts = attempts + 1, error = $3, state = $4,"
          + " ended_at = CASE WHEN $4 <> 'pending' THEN now() END"
          + " WHERE run_id = $1 AND tenant = $2 AND state <> 'done'";

  private static final String REPORT =
      "SELECT r.job, r.tenants, r.started_at, r.sent_at, max(t.ended_at) AS ended_at,"
          + " count(*) FILTER (WHERE t.state = 'pending') AS pending,"
          + " count(*) FILTER (WHERE t.state = 'done') AS done,"
          + " count(*) FILTER (WHERE t.state = 'failed') AS failed,"
          + " count(*) FILTER (WHERE t.state = 'busy') AS busy,"
          + " coalesce(sum(t.deleted), 0)::bigint AS deleted,"
          + " coalesce(sum(t.batches), 0)::bigint AS batches,"
          + " coalesce((SELECT json_agg(json_build_object('tenant', f.tenant, 'error', f.error))"
          + " FROM (SELECT tenant, error FROM warmpool.job_run_tenants"
          + " WHERE run_id = $1 AND state = 'failed' ORDER BY tenant LIMIT 100) f), '[]')::text"
          + " AS failures"
          + " FROM warmpool.job_runs r LEFT JOIN warmpool.job_run_tenants t ON t.run_id = r.id"
          + " WHERE r.id = $1 GROUP BY r.id";

  private RunQueries() {}

  /** Records a run with its tenants, and deletes runs of more than 30 days ago. */
  static Mono<Void> record(Session session, Run run, List<String> tenants) {
    return session
        .execute(DELETE_OLD)
        .then(
            session.execute(
                RECORD, run.id(), run.job(), run.parameters().toString(), tenants.size()))
        .then(session.execute(RECORD_TENANTS, run.id(), tenants.toArray(String[]::new)))
        .then();
  }

  /** Records that the messages of a run have been sent, except for those of the given tenants. */
  static Mono<Void> sent(Session session, UUID run, Map<List<String>, String> unsent) {
    return Flux.fromIterable(unsent.entrySet())
        .concatMap(
            part ->
                session.execute(UNSENT, run, part.getKey().toArray(String[]::new), part.getValue()))
        .then(session.execute(SENT, run))
        .then();
  }

  /** Returns a row (job, parameters, tenant, state) for each of these tenants that the run has. */
  static <T> Flux<T> tenants(Session session, RunMessage message, Function<Row, T> mapper) {
    return session.query(TENANTS, mapper, message.run(), message.tenants().toArray(String[]::new));
  }

  /** Returns whether the run has been done in the tenant. */
  static Mono<Boolean> isDone(Session session, UUID run, String tenant) {
    return session
        .query(IS_DONE, row -> Boolean.TRUE.equals(row.get(0, Boolean.class)), run, tenant)
        .single();
  }

  /** Records one transaction's work in the tenant. */
  static Mono<Void> batch(Session session, UUID run, String tenant, long rows, boolean last) {
    return session.execute(BATCH, run, tenant, rows, last).then();
  }

  /** Returns the row of the run's report; empty if there is no such run. */
  static <T> Mono<T> report(Session session, UUID run, Function<Row, T> mapper) {
    return session.query(REPORT, mapper, run).singleOrEmpty();
  }
}
