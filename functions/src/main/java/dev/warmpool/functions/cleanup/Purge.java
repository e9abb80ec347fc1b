package dev.warmpool.functions.cleanup;

import dev.warmpool.session.Deadline;
import dev.warmpool.session.Session;
import dev.warmpool.session.SessionManager;
import dev.warmpool.session.SessionOptions;
import java.time.Duration;
import reactor.core.publisher.Mono;

/**
 * Deletes the rows that one job selects, in batches, each batch in its own transaction. An advisory
 * lock allows one run per job and schema at a time: if another run holds the lock, this run deletes
 * nothing. Thread-safe.
 */
final class Purge {

  /** Time that must be left before another batch starts. */
  private static final Duration BATCH_TIME = Duration.ofSeconds(1);

  private static final String TRY_LOCK =
      "SELECT pg_try_advisory_xact_lock(hashtextextended($1 || '/' || $2, 0))";

  private final SessionManager sessions;
  private final JobEvent event;
  private final Deadline deadline;

  Purge(SessionManager sessions, JobEvent event, Deadline deadline) {
    this.sessions = sessions;
    this.event = event;
    this.deadline = deadline;
  }

  /**
   * Runs batches until no rows are left or less than {@link #BATCH_TIME} remains. Starts when
   * subscribed to. Finished batches stay committed if a later one fails.
   *
   * @return the total of all batches
   */
  Mono<Progress> run() {
    return nextBatch(new Progress(0, 0, false))
        .expand(
            progress ->
                progress.complete() || deadline.remaining().compareTo(BATCH_TIME) < 0
                    ? Mono.empty()
                    : nextBatch(progress))
        .last();
  }

  private Mono<Progress> nextBatch(Progress before) {
    return sessions
        .inSession(
            SessionOptions.until(deadline).named(event.job().title()),
            session -> tryLock(session).flatMap(locked -> locked ? delete(session) : Mono.just(0L)))
        .map(deleted -> before.plusBatch(deleted, deleted < event.batchSize()));
  }

  private Mono<Boolean> tryLock(Session session) {
    return session
        .query(
            TRY_LOCK,
            row -> Boolean.TRUE.equals(row.get(0, Boolean.class)),
            session.schema().name(),
            event.job().title())
        .single();
  }

  private Mono<Long> delete(Session session) {
    return session.execute(
        event.job().deleteBatch(), event.retention().toString(), event.batchSize());
  }
}
