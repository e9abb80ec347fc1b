package dev.warmpool.functions.cleanup;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.warmpool.functions.event.Json;
import dev.warmpool.session.Session;
import io.r2dbc.spi.Row;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * Counts this application's connections to its database by state and by the time that they have
 * been in it, and ends idle ones on request: never its own, and none that runs a statement or is in
 * a transaction.
 */
final class ReportConnections implements Job {

  private static final Logger LOG = LoggerFactory.getLogger(ReportConnections.class);

  private static final Parameter<Optional<Duration>> TERMINATE =
      Parameter.optionalDuration("terminateIdleLongerThan");

  /** The connections of this library, as it names them when it connects, without the job's own. */
  private static final String OWN =
      "application_name = 'warmpool' AND datname = current_database()"
          + " AND pid <> pg_backend_pid()";

  /** States of other users' connections are hidden from users without {@code pg_read_all_stats}. */
  private static final String COUNT =
      "SELECT coalesce(state, 'unknown') AS state, CASE"
          + " WHEN now() - state_change < interval 'PT1M' THEN 'PT0S'"
          + " WHEN now() - state_change < interval 'PT10M' THEN 'PT1M'"
          + " WHEN now() - state_change < interval 'PT1H' THEN 'PT10M'"
          + " ELSE 'PT1H' END AS since, count(*) AS connections"
          + " FROM pg_stat_activity WHERE "
          + OWN
          + " GROUP BY 1, 2 ORDER BY 1, min(now() - state_change)";

  /**
   * A transaction sees the connections as they were at its first look, so that each one is looked
   * at anew immediately before it is ended. A session that begins in the microseconds between the
   * look and the signal meets a dead connection, and begins again on another one.
   */
  private static final String END =
      "WITH idle AS MATERIALIZED (SELECT pid, state_change FROM pg_stat_activity WHERE "
          + OWN
          + " AND state = 'idle' AND now() - state_change > $1::interval"
          + " AND pg_has_role(usesysid, 'USAGE'))"
          + " SELECT count(*) FILTER (WHERE CASE WHEN a.state = 'idle'"
          + " AND a.state_change = idle.state_change THEN pg_terminate_backend(a.pid)"
          + " ELSE false END) AS ended"
          + " FROM idle CROSS JOIN LATERAL"
          + " (SELECT idle.pid, pg_stat_clear_snapshot()::text OFFSET 0) now_idle"
          + " CROSS JOIN LATERAL pg_stat_get_activity(now_idle.pid) a";

  private static final String NO_POOLER = "none";

  private final String pooler;

  /**
   * @param environment the environment variables, of which {@code POSTGRES_POOLER} is read
   */
  ReportConnections(Map<String, String> environment) {
    this.pooler = environment.getOrDefault("POSTGRES_POOLER", NO_POOLER).strip();
  }

  @Override
  public String title() {
    return "report-connections";
  }

  @Override
  public List<Parameter<?>> parameters() {
    return List.of(TERMINATE);
  }

  @Override
  public Scope scope() {
    return Scope.ONCE;
  }

  @Override
  public Mono<Step> step(Session session, Input input) {
    return session
        .query(COUNT, ReportConnections::count)
        .collectList()
        .map(ReportConnections::figures)
        .flatMap(figures -> end(session, input.get(TERMINATE)).map(ended -> with(figures, ended)))
        .map(Step::of);
  }

  private static Mono<Long> end(Session session, Optional<Duration> idle) {
    return idle.map(
            longest ->
                session
                    .query(
                        END,
                        row -> Objects.requireNonNull(row.get(0, Long.class)),
                        longest.toString())
                    .single())
        .orElse(Mono.just(0L));
  }

  private static ObjectNode count(Row row) {
    return Json.object()
        .put("state", row.get("state", String.class))
        .put("since", row.get("since", String.class))
        .put("connections", row.get("connections", Long.class));
  }

  private static ObjectNode figures(List<ObjectNode> counts) {
    ObjectNode figures =
        Json.object()
            .put(
                "connections",
                counts.stream().mapToLong(count -> count.path("connections").longValue()).sum());
    ArrayNode states = figures.putArray("states");
    counts.forEach(states::add);
    return figures;
  }

  private ObjectNode with(ObjectNode figures, long ended) {
    figures.put("terminated", ended);
    if (!pooler.isEmpty() && !pooler.equals(NO_POOLER)) {
      figures.put(
          "pooler", pooler + ": its connections to the server, not those of functions to it");
    }
    LOG.info("connections: {}", figures);
    return figures;
  }
}
