package dev.warmpool.functions.cleanup;

import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/** What can be purged. */
enum Job {
  /** Users that were marked as deleted long ago. */
  PURGE_DELETED_USERS(
      "purge-deleted-users",
      Duration.ofDays(30),
      "DELETE FROM users WHERE id IN (SELECT id FROM users"
          + " WHERE deleted_at < now() - $1::interval ORDER BY deleted_at LIMIT $2"
          + " FOR UPDATE SKIP LOCKED)"),
  /** Answers under an Idempotency-Key that are past their time. */
  PURGE_IDEMPOTENCY_KEYS(
      "purge-idempotency-keys",
      Duration.ZERO,
      "DELETE FROM idempotency_keys WHERE (route, key) IN (SELECT route, key"
          + " FROM idempotency_keys WHERE expires_at < now() - $1::interval"
          + " ORDER BY expires_at LIMIT $2 FOR UPDATE SKIP LOCKED)");

  private final String title;
  private final Duration retention;
  private final String batch;

  Job(String title, Duration retention, String batch) {
    this.title = title;
    this.retention = retention;
    this.batch = batch;
  }

  /** Its name in events, logs and reports. */
  String title() {
    return title;
  }

  /** How long what could be purged is kept where the event does not say. */
  Duration retention() {
    return retention;
  }

  /** Deletes a batch, given the retention and its size. */
  String batch() {
    return batch;
  }

  /** The job of this name. */
  static Optional<Job> called(String title) {
    return Arrays.stream(values()).filter(job -> job.title.equals(title)).findFirst();
  }

  /** Every name there is. */
  static String titles() {
    return Arrays.stream(values()).map(Job::title).collect(Collectors.joining(", "));
  }
}
