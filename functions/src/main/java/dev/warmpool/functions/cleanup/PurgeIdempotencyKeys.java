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

  /** Goes on where the batch before has stopped, as {@link PurgeDeletedUsers} does. */
  private static final String BATCH =
      "WITH due AS MATERIALIZED (SELECT route, key, expires_at FROM idempotency_keys"
          + " WHERE expires_at < now() - $1::interval AND expires_at >= $3::timestamptz"
          + " ORDER BY expires_at LIMIT $2 FOR UPDATE SKIP LOCKED),"
          + " deleted AS (DELETE FROM idempotency_keys k USING due"
          + " WHERE k.route = due.route AND k.key = due.key RETURNING 1)"
          + " SELECT (SELECT count(*) FROM deleted) AS rows, count(*) AS due,"
          + " max(expires_at)::text AS expires_at FROM due";

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
            row -> step(row, input.get(BATCH_SIZE)),
            input.get(RETENTION).toString(),
            input.get(BATCH_SIZE),
            input.position().path("expiresAt").asText("-infinity"))
        .single();
  }

  private static Step step(Row row, int batchSize) {
    long rows = Objects.requireNonNull(row.get("rows", Long.class));
    long due = Objects.requireNonNull(row.get("due", Long.class));
    return due < batchSize
        ? Step.last(rows)
        : Step.until(rows, Json.object().put("expiresAt", row.get("expires_at", String.class)));
  }
}
