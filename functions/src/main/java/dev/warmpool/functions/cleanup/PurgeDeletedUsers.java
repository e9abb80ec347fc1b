package dev.warmpool.functions.cleanup;

import dev.warmpool.session.Deadline;
import dev.warmpool.session.Session;
import dev.warmpool.session.SessionManager;
import dev.warmpool.session.SessionOptions;
import java.time.Duration;
import reactor.core.publisher.Mono;

/**
 * Removes rows marked as deleted for longer than the retention, a batch at a time, each batch a
 * transaction of its own. One at a time in a schema: where another is at it, there is nothing to
 * do.
 */
final class PurgeDeletedUsers {

  /** A batch is begun only while there is this much time for it. */
  private static final Duration BATCH_TIME = Duration.ofSeconds(1);

  private static final String LOCK =
      "SELECT pg_try_advisory_xact_lock(hashtextextended($1 || '/purge-deleted-users', 0))";

  private static final String PURGE =
      "DELETE FROM users WHERE id IN (SELECT id FROM users"
          + " WHERE deleted_at < now() - $1::interval ORDER BY deleted_at LIMIT $2"
          + " FOR UPDATE SKIP LOCKED)";

  private final SessionManager sessions;
  private final JobEvent event;
  private final Deadline deadline;

  PurgeDeletedUsers(SessionManager sessions, JobEvent event, Deadline deadline) {
    this.sessions = sessions;
    this.event = event;
    this.deadline = deadline;
  }

  /** Runs batches until nothing is left or time is short; what is done is committed. */
  Mono<Progress> run() {
    return batch(new Progress(0, 0, false))
        .expand(
            progress ->
                progress.complete() || deadline.remaining().compareTo(BATCH_TIME) < 0
                    ? Mono.empty()
                    : batch(progress))
        .last();
  }

  private Mono<Progress> batch(Progress before) {
    return sessions
        .inSession(
            SessionOptions.until(deadline).named(event.job()),
            session -> lock(session).flatMap(locked -> locked ? purge(session) : Mono.just(0L)))
        .map(deleted -> before.plus(deleted, deleted < event.batchSize()));
  }

  private static Mono<Boolean> lock(Session session) {
    return session
        .query(LOCK, row -> Boolean.TRUE.equals(row.get(0, Boolean.class)), session.schema().name())
        .single();
  }

  private Mono<Long> purge(Session session) {
    return session.execute(PURGE, event.retention().toString(), event.batchSize());
  }
}
