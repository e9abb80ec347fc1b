package dev.warmpool.functions.cleanup;

import dev.warmpool.session.Deadline;
import dev.warmpool.session.Session;
import dev.warmpool.session.SessionManager;
import dev.warmpool.session.SessionOptions;
import java.time.Duration;
import reactor.core.publisher.Mono;

/**
 * Removes what has been due for longer than the retention, a batch at a time, each batch a
 * transaction of its own. One at a time for a job in a schema: where another is at it, there is
 * nothing to do.
 */
final class Purge {

  /** A batch is begun only while there is this much time for it. */
  private static final Duration BATCH_TIME = Duration.ofSeconds(1);

  private static final String LOCK =
      "SELECT pg_try_advisory_xact_lock(hashtextextended($1 || '/' || $2, 0))";

  private final SessionManager sessions;
  private final JobEvent event;
  private final Deadline deadline;

  Purge(SessionManager sessions, JobEvent event, Deadline deadline) {
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
            SessionOptions.until(deadline).named(event.job().title()),
            session -> lock(session).flatMap(locked -> locked ? purge(session) : Mono.just(0L)))
        .map(deleted -> before.plus(deleted, deleted < event.batchSize()));
  }

  private Mono<Boolean> lock(Session session) {
    return session
        .query(
            LOCK,
            row -> Boolean.TRUE.equals(row.get(0, Boolean.class)),
            session.schema().name(),
            event.job().title())
        .single();
  }

  private Mono<Long> purge(Session session) {
    return session.execute(event.job().batch(), event.retention().toString(), event.batchSize());
  }
}
