package dev.warmpool.functions.schema;

import dev.warmpool.functions.fanout.Progress;
import dev.warmpool.functions.fanout.TenantRecord;
import dev.warmpool.functions.fanout.TenantWork;
import dev.warmpool.functions.tenant.TenantSchemas;
import dev.warmpool.session.Deadline;
import dev.warmpool.session.SessionManager;
import dev.warmpool.session.SessionOptions;
import reactor.core.publisher.Mono;

/**
 * The migration of one schema by a worker. That it is done is recorded after its last transaction,
 * not with it: a schema that is migrated again is looked at only. Thread-safe.
 */
final class SchemaWork implements TenantWork {

  private final SessionManager sessions;
  private final Scripts scripts;
  private final BrokenOff brokenOff;

  SchemaWork(SessionManager sessions, Scripts scripts, BrokenOff brokenOff) {
    this.sessions = sessions;
    this.scripts = scripts;
    this.brokenOff = brokenOff;
  }

  @Override
  public Mono<Progress> run(TenantRecord tenant, Deadline deadline) {
    Migrating with = new Migrating(sessions, scripts, deadline, brokenOff);
    return Mono.fromSupplier(() -> TenantSchemas.of(tenant.tenant()))
        .flatMap(schema -> new SchemaMigration(schema, with).run())
        .flatMap(outcome -> progress(tenant, outcome, deadline));
  }

  private Mono<Progress> progress(TenantRecord tenant, Outcome outcome, Deadline deadline) {
    return switch (outcome.end()) {
      case MIGRATED, UNCHANGED -> record(tenant, deadline);
      case LEFT -> Mono.just(left(outcome));
      case FAILED -> Mono.just(new Progress(0, 0, Progress.State.FAILED, outcome.failure()));
    };
  }

  private static Progress left(Outcome outcome) {
    return outcome.to() > outcome.from()
        ? Progress.NONE.plusBatch(0, Progress.State.RUNNING)
        : Progress.NONE;
  }

  private Mono<Progress> record(TenantRecord tenant, Deadline deadline) {
    return sessions
        .inSession(
            SessionOptions.until(deadline).in(Registry.INFORMATION_SCHEMA).named("Migrate"),
            session -> tenant.batch(session, 0, Progress.State.DONE))
        .thenReturn(Progress.NONE.plusBatch(0, Progress.State.DONE));
  }
}
