package dev.warmpool.functions.cleanup;

import dev.warmpool.session.Deadline;
import dev.warmpool.session.Schema;
import dev.warmpool.session.Session;
import dev.warmpool.session.SessionManager;
import dev.warmpool.session.SessionOptions;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Deletes the rows that one job selects, in batches, each batch in its own transaction. An advisory
 * lock allows one run per job and schema at a time: if another run holds the lock, the schema is
 * busy and this run leaves it alone. A schema in which the job fails does not stop the others.
 * Thread-safe.
 */
final class Purge {

  /** Time that must be left before another batch starts. */
  private static final Duration BATCH_TIME = Duration.ofSeconds(1);

  private static final Logger LOG = LoggerFactory.getLogger(Purge.class);

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
   * Runs the job in one schema after another. Starts when subscribed to. Begins with no schema and
   * no batch when less than {@link #BATCH_TIME} remains.
   */
  Mono<Report> run(List<String> schemas) {
    return Flux.fromIterable(schemas)
        .takeWhile(schema -> isTimeLeft())
        .concatMap(this::run)
        .collectList()
        .map(progress -> new Report(schemas.size(), progress));
  }

  /**
   * Runs batches until no rows are left. Never fails: an error is logged and part of the progress,
   * and the finished batches stay committed.
   */
  private Mono<Progress> run(String schema) {
    return Mono.fromSupplier(() -> new Schema(schema))
        .flatMap(
            known ->
                nextBatch(known, Progress.NONE)
                    .expand(
                        progress ->
                            progress.hasEnded() || !isTimeLeft()
                                ? Mono.empty()
                                : nextBatch(known, progress))
                    .last())
        .onErrorResume(error -> Mono.just(failed(schema, Progress.NONE, error)));
  }

  private boolean isTimeLeft() {
    return deadline.remaining().compareTo(BATCH_TIME) >= 0;
  }

  private Mono<Progress> nextBatch(Schema schema, Progress before) {
    return sessions
        .inSession(
            SessionOptions.until(deadline).in(schema).named(event.job().title()),
            session ->
                tryLock(session)
                    .flatMap(
                        locked ->
                            locked
                                ? delete(session).map(rows -> deleted(before, rows))
                                : Mono.just(before.in(Progress.State.BUSY))))
        .onErrorResume(error -> Mono.just(failed(schema.name(), before, error)));
  }

  private Progress deleted(Progress before, long rows) {
    return before.plusBatch(rows, rows < event.batchSize());
  }

  private Progress failed(String schema, Progress before, Throwable error) {
    LOG.error("{} failed in schema {}", event.job().title(), schema, error);
    return before.in(Progress.State.FAILED);
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
