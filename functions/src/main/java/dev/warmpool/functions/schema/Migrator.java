package dev.warmpool.functions.schema;

import dev.warmpool.functions.tenant.TenantSchemas;
import dev.warmpool.session.SessionOptions;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Migrates many schemas, as many at once as the pool has connections. A schema that fails does not
 * stop the others. Thread-safe.
 */
final class Migrator {

  /** Time that must be left before another schema is begun. */
  private static final Duration SCHEMA_TIME = Duration.ofSeconds(1);

  private final Migrating with;

  Migrator(Migrating with) {
    this.with = with;
  }

  /**
   * Migrates the schemas, each once. Begins with none when less than {@link #SCHEMA_TIME} remains;
   * those that the deadline interrupts keep the version that they had reached.
   */
  Mono<Report> run(List<String> schemas) {
    Report report = new Report();
    return existing(schemas)
        .flatMapMany(
            existing ->
                Flux.fromIterable(schemas)
                    .distinct()
                    .flatMap(
                        name -> outcome(name, existing.contains(name)),
                        Math.max(1, with.sessions().stats().max())))
        .doOnNext(report::add)
        .then(Mono.just(report));
  }

  /** One query, for an opening in a schema that does not exist is a round trip and a rollback. */
  private Mono<Set<String>> existing(List<String> schemas) {
    if (schemas.isEmpty()) {
      return Mono.just(Set.of());
    }
    SessionOptions options = SessionOptions.until(with.deadline()).named("Migrate").readOnly();
    return with.sessions()
        .inSession(
            options.in(Registry.INFORMATION_SCHEMA),
            session -> SchemaQueries.existing(session, schemas));
  }

  private Mono<Outcome> outcome(String name, boolean exists) {
    if (with.deadline().remaining().compareTo(SCHEMA_TIME) < 0) {
      return Mono.just(Outcome.left(name));
    }
    return Mono.fromSupplier(() -> TenantSchemas.of(name))
        .map(schema -> new SchemaMigration(schema, with))
        .flatMap(migration -> exists ? migration.run() : migration.createAndRun())
        .onErrorResume(error -> Mono.just(Outcome.failed(name, error)));
  }
}
