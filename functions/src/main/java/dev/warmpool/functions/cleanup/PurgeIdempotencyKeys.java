package dev.warmpool.functions.cleanup;

import dev.warmpool.functions.event.Json;
import dev.warmpool.session.Session;
import io.r2dbc.spi.Row;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import reactor.core.publisher.Mono;

/** Deletes stored responses whose Idempotency-Key has expired. */
final class PurgeIdempotencyKeys implements Job {

  private static final Parameter<Duration> RETENTION =
      Parameter.duration("retention", Duration.ZERO);

  private static final Parameter<Integer> BATCH_SIZE = Parameter.count("batchSize", 10_000, 1_000);

  /**
   * Goes on where the batch before has stopped, as {@link PurgeDeletedUsers} does. Keys can have
   * the same time: a batch of locked ones that all have it is the last, or it would come again.
   */
  private static final String BATCH =
      "WITH next AS MATERIALIZED (SELECT route, key, expires_at FROM idempotency_keys"
          + " WHERE expires_at < now() - $1::interval AND expires_at >= $3::timestamptz"
          + " ORDER BY expires_at LIMIT $2),"
          + " due AS MATERIALIZED (SELECT k.route, k.key FROM next JOIN idempotency_keys k"
          + " USING (route, key) WHERE k.expires_at < now() - $1::interval"
          + " FOR UPDATE OF k SKIP LOCKED),"
          + " deleted AS (DELETE FROM idempotency_keys k USING due"
          + " WHERE k.route = due.route AND k.key = due.key RETURNING 1)"
          + " SELECT (SELECT count(*) FROM deleted) AS rows,"
          + " count(*) - (SELECT count(*) FROM due) AS skipped,"
          + " count(*) < $2 OR ((SELECT count(*) FROM deleted) = 0"
          + " AND max(expires_at) = $3::timestamptz) AS last,"
          + " max(expires_at)::text AS expires_at FROM next";

  @Override
  public String title() {
    return "purge-idempotency-keys";
  }

  @Override
  public List<Parameter<?>> parameters() {
    return List.of(RETENTION, BATCH_SIZE);
  }

  @Override
  public Mono<Step> step(Session session, Input input) {
    return session
        .query(
            BATCH,
            PurgeIdempotencyKeys::step,
            input.get(RETENTION).toString(),
            input.get(BATCH_SIZE),
            input.position().path("expiresAt").asText("-infinity"))
        .single();
  }

  private static Step step(Row row) {
    long rows = Objects.requireNonNull(row.get("rows", Long.class));
    long skipped = Objects.requireNonNull(row.get("skipped", Long.class));
    Step step =
        Boolean.TRUE.equals(row.get("last", Boolean.class))
            ? Step.last(rows)
            : Step.until(rows, Json.object().put("expiresAt", row.get("expires_at", String.class)));
    return step.skipping(skipped);
  }
}
