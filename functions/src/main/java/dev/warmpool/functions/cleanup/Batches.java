package dev.warmpool.functions.cleanup;

import dev.warmpool.functions.fanout.Progress;
import dev.warmpool.functions.fanout.TenantRecord;
import dev.warmpool.functions.fanout.TenantWork;
import dev.warmpool.functions.tenant.TenantSchemas;
import dev.warmpool.session.Deadline;
import dev.warmpool.session.Schema;
import dev.warmpool.session.Session;
import dev.warmpool.session.SessionManager;
import dev.warmpool.session.SessionOptions;
import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * Runs the steps of a job in one tenant, each in its own transaction. An advisory lock admits one
 * run per job and tenant at a time: if another run holds the lock, the tenant is busy and this run
 * leaves it alone. It is also busy, and not done, if a step had to leave locked rows. Thread-safe.
 */
final class Batches implements TenantWork {

  /** Time that must be left before another batch starts, or more if the last one took longer. */
  private static final Duration BATCH_TIME = Duration.ofSeconds(1);

  private static final Logger LOG = LoggerFactory.getLogger(Batches.class);

  private static final String TRY_LOCK =
      "SELECT pg_try_advisory_xact_lock(hashtextextended($1 || '/' || $2, 0))";

  private final SessionManager sessions;
  private final JobEvent event;

  Batches(SessionManager sessions, JobEvent event) {
    this.sessions = sessions;
    this.event = event;
  }

  /** Returns whether a first batch can begin. */
  static boolean isTimeLeft(Deadline deadline) {
    return deadline.remaining().compareTo(BATCH_TIME) >= 0;
  }

  /**
   * Runs batches until no work is left or the deadline is near. Never fails: an error is logged and
   * part of the progress, and the finished batches stay committed.
   */
  @Override
  public Mono<Progress> run(TenantRecord tenant, Deadline deadline) {
    return Mono.fromSupplier(() -> TenantSchemas.of(tenant.tenant()))
        .flatMap(schema -> new InTenant(tenant, schema, deadline).run())
        .onErrorResume(error -> Mono.just(failed(tenant, Progress.NONE, error)));
  }

  private Progress failed(TenantRecord tenant, Progress before, Throwable error) {
    LOG.error("{} failed in schema {}", event.job().title(), tenant.tenant(), error);
    return before.failed(error);
  }

  /** The progress, locked rows that were left, the next batch's input, and the last one's time. */
  private record State(Progress progress, long skipped, Input next, Duration time) {

    Progress.State after(Step step) {
      if (!step.isLast()) {
        return Progress.State.RUNNING;
      }
      return skipped + step.skipped() == 0 ? Progress.State.DONE : Progress.State.BUSY;
    }
  }

  /** The batches in one tenant. */
  private final class InTenant {

    private final TenantRecord tenant;
    private final Schema schema;
    private final Deadline deadline;

    InTenant(TenantRecord tenant, Schema schema, Deadline deadline) {
      this.tenant = tenant;
      this.schema = schema;
      this.deadline = deadline;
    }

    Mono<Progress> run() {
      State first = new State(Progress.NONE, 0, Input.first(event.parameters()), Duration.ZERO);
      return Mono.just(first).expand(this::next).last().map(State::progress);
    }

    private Mono<State> next(State before) {
      return before.progress().hasEnded() || !isTimeLeft(before)
          ? Mono.empty()
          : Mono.defer(() -> batch(before, Instant.now()));
    }

    private boolean isTimeLeft(State before) {
      Duration twice = before.time().multipliedBy(2);
      Duration needed = twice.compareTo(BATCH_TIME) > 0 ? twice : BATCH_TIME;
      return deadline.remaining().compareTo(needed) >= 0;
    }

    private Mono<State> batch(State before, Instant began) {
      return sessions
          .inSession(
              SessionOptions.until(deadline).in(schema).named(event.job().title()),
              session -> locked(session, before))
          .map(after -> new State(after.progress(), after.skipped(), after.next(), since(began)))
          .onErrorResume(
              error ->
                  Mono.just(
                      new State(
                          failed(tenant, before.progress(), error),
                          before.skipped(),
                          before.next(),
                          Duration.ZERO)));
    }

    private static Duration since(Instant began) {
      return Duration.between(began, Instant.now());
    }

    private Mono<State> locked(Session session, State before) {
      return tryLock(session)
          .flatMap(
              locked -> locked ? unlessDone(session, before) : end(before, Progress.State.BUSY));
    }

    private Mono<State> unlessDone(Session session, State before) {
      return tenant
          .isDone(session)
          .flatMap(done -> done ? end(before, Progress.State.DONE) : step(session, before));
    }

    private Mono<State> step(Session session, State before) {
      return event
          .job()
          .step(session, before.next())
          .flatMap(
              step -> {
                Progress.State after = before.after(step);
                return tenant
                    .batch(session, step.rows(), after)
                    .thenReturn(
                        new State(
                            before.progress().plusBatch(step.rows(), after),
                            before.skipped() + step.skipped(),
                            before.next().at(step.position()),
                            before.time()));
              });
    }

    private static Mono<State> end(State before, Progress.State state) {
      return Mono.just(
          new State(before.progress().in(state), before.skipped(), before.next(), before.time()));
    }

    private Mono<Boolean> tryLock(Session session) {
      return session
          .query(
              TRY_LOCK,
              row -> Boolean.TRUE.equals(row.get(0, Boolean.class)),
              schema.name(),
              event.job().title())
          .single();
    }
  }
}
