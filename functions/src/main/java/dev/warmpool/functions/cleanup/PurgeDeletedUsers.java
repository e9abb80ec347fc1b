package dev.warmpool.functions.cleanup;

import com.fasterxml.jackson.databind.JsonNode;
import dev.warmpool.functions.event.Json;
import dev.warmpool.session.Session;
import io.r2dbc.spi.Row;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import reactor.core.publisher.Mono;

/**
 * Deletes users that were marked as deleted before the retention period, and erases the stored
 * responses to requests that created them.
 */
final class PurgeDeletedUsers implements Job {

  private static final Parameter<Duration> RETENTION =
      Parameter.duration("retention", Duration.ofDays(30));

  private static final Parameter<Integer> BATCH_SIZE = Parameter.count("batchSize", 10_000, 1_000);

  /**
   * Goes on behind the last row of the batch before, locked ones included: until VACUUM has removed
   * the index's entries of deleted rows, a scan from the index's beginning would read all of them
   * in every batch.
   */
  private static final String BATCH =
      "WITH next AS MATERIALIZED (SELECT deleted_at, id FROM users"
          + " WHERE deleted_at < now() - $1::interval"
          + " AND (deleted_at, id) > ($3::timestamptz, $4::bigint)"
          + " ORDER BY deleted_at, id LIMIT $2),"
          + " due AS MATERIALIZED (SELECT id FROM users WHERE id = ANY(ARRAY(SELECT id FROM next))"
          + " AND deleted_at < now() - $1::interval FOR UPDATE SKIP LOCKED),"
          + " erased AS (UPDATE idempotency_keys SET answer = '', fingerprint = ''"
          + " WHERE location = ANY(ARRAY(SELECT '/users/' || id FROM due))),"
          + " deleted AS (DELETE FROM users WHERE id = ANY(ARRAY(SELECT id FROM due)) RETURNING id)"
          + " SELECT (SELECT count(*) FROM deleted) AS rows, (SELECT count(*) FROM due) AS due,"
          + " (SELECT count(*) FROM next) AS next, deleted_at::text, id"
          + " FROM (VALUES (1)) one LEFT JOIN LATERAL"
          + " (SELECT * FROM next ORDER BY deleted_at DESC, id DESC LIMIT 1) last ON true";

  @Override
  public String title() {
    return "purge-deleted-users";
  }

  @Override
  public List<Parameter<?>> parameters() {
    return List.of(RETENTION, BATCH_SIZE);
  }

  @Override
  public Mono<Step> step(Session session, Input input) {
    JsonNode position = input.position();
    return session
        .query(
            BATCH,
            row -> step(row, input.get(BATCH_SIZE)),
            input.get(RETENTION).toString(),
            input.get(BATCH_SIZE),
            position.path("deletedAt").asText("-infinity"),
            position.path("id").asLong(0))
        .single();
  }

  private static Step step(Row row, int batchSize) {
    long rows = Objects.requireNonNull(row.get("rows", Long.class));
    long next = Objects.requireNonNull(row.get("next", Long.class));
    long skipped = next - Objects.requireNonNull(row.get("due", Long.class));
    return next < batchSize
        ? Step.last(rows).skipping(skipped)
        : Step.until(
                rows,
                Json.object()
                    .put("deletedAt", row.get("deleted_at", String.class))
                    .put("id", row.get("id", Long.class)))
            .skipping(skipped);
  }
}
