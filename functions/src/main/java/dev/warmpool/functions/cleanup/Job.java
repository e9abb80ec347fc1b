package dev.warmpool.functions.cleanup;

import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** The jobs that delete rows in batches. */
enum Job {
  /**
   * Deletes users that were marked as deleted before the retention period, and erases the stored
   * responses to requests that created them.
   */
  PURGE_DELETED_USERS(
      "purge-deleted-users",
      Duration.ofDays(30),
      "WITH due AS MATERIALIZED (SELECT id FROM users"
          + " WHERE deleted_at < now() - $1::interval ORDER BY deleted_at LIMIT $2"
          + " FOR UPDATE SKIP LOCKED),"
          + " erased AS (UPDATE idempotency_keys SET answer = '', fingerprint = ''"
          + " WHERE location = ANY(ARRAY(SELECT '/users/' || id FROM due)))"
          + " DELETE FROM users WHERE id IN (SELECT id FROM due)"),
  /** Deletes stored responses whose Idempotency-Key has expired. */
  PURGE_IDEMPOTENCY_KEYS(
      "purge-idempotency-keys",
      Duration.ZERO,
      "DELETE FROM idempotency_keys WHERE (route, key) IN (SELECT route, key"
          + " FROM idempotency_keys WHERE expires_at < now() - $1::interval"
          + " ORDER BY expires_at LIMIT $2 FOR UPDATE SKIP LOCKED)");

  private final String title;
  private final Duration retention;
  private final String deleteBatch;

  Job(String title, Duration retention, String deleteBatch) {
    this.title = title;
    this.retention = retention;
    this.deleteBatch = deleteBatch;
  }

  /** Returns the job's name in events, logs and reports. */
  String title() {
    return title;
  }

  /** Returns the default retention: how long rows are kept after they become due. */
  Duration retention() {
    return retention;
  }

  /** Returns the SQL that deletes one batch; $1 is the retention, $2 the batch size. */
  String deleteBatch() {
    return deleteBatch;
  }

  /** Finds the job with this title; empty if there is none. */
  static Optional<Job> titled(String title) {
    return Arrays.stream(values()).filter(job -> job.title.equals(title)).findFirst();
  }

  /** Returns the titles of all jobs, for messages. */
  static String titles() {
    return Arrays.stream(values()).map(Job::title).collect(Collectors.joining(", "));
  }
}
