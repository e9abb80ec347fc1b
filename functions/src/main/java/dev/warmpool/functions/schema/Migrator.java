package dev.warmpool.functions.schema;

import dev.warmpool.functions.tenant.TenantSchemas;
import dev.warmpool.session.Deadline;
import dev.warmpool.session.Schema;
import dev.warmpool.session.Session;
import dev.warmpool.session.SessionException;
import dev.warmpool.session.SessionManager;
import dev.warmpool.session.SessionOptions;
import java.util.List;
import java.util.Map;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Migrates schemas to the newest version. Each script runs in its own transaction and takes a
 * transaction-scoped advisory lock on the schema, so that concurrent runs do not collide and a
 * crash leaves no lock behind. Thread-safe.
 */
final class Migrator {

  /**
   * The schema of sessions that create schemas or use the registry: it exists in every database,
   * and their SQL qualifies every name.
   */
  private static final Schema INFORMATION_SCHEMA = new Schema("information_schema");

  private final SessionManager sessions;
  private final List<Migration> migrations;
  private final Deadline deadline;

  Migrator(SessionManager sessions, List<Migration> migrations, Deadline deadline) {
    this.sessions = sessions;
    this.migrations = migrations;
    this.deadline = deadline;
  }

  /** Returns the schemas in the tenant registry, which is created if it is missing. */
  Mono<List<String>> tenants() {
    return createRegistry()
        .then(
            sessions.inSession(
                in(INFORMATION_SCHEMA).readOnly(),
                session -> SchemaQueries.tenants(session).collectList()));
  }

  private Mono<Void> createRegistry() {
    return sessions.inSession(in(INFORMATION_SCHEMA), SchemaQueries::createRegistry);
  }

  /**
   * Creates the schema if it is missing and applies the scripts that it lacks, in order. Never
   * fails: an error is part of the outcome.
   */
  Mono<Outcome> migrate(String name) {
    return Mono.fromSupplier(() -> TenantSchemas.of(name))
        .flatMap(this::migrate)
        .onErrorResume(error -> Mono.just(new Outcome(name, 0, 0, reason(error))));
  }

  private Mono<Outcome> migrate(Schema schema) {
    return createRegistry()
        .then(
            sessions.inSession(
                in(INFORMATION_SCHEMA), session -> SchemaQueries.createSchema(session, schema)))
        .then(version(schema))
        .flatMap(
            from ->
                Flux.fromIterable(migrations)
                    .concatMap(migration -> applyIfMissing(schema, migration))
                    .then(version(schema))
                    .map(to -> new Outcome(schema.name(), from, to, ""))
                    .onErrorResume(error -> failed(schema, from, error)));
  }

  /** If the version cannot be asked for any more, the first error is the one to report. */
  private Mono<Outcome> failed(Schema schema, int from, Throwable error) {
    return version(schema)
        .onErrorReturn(from)
        .map(to -> new Outcome(schema.name(), from, to, reason(error)));
  }

  /** The messages of the session manager are whole sentences; others need their class. */
  private static String reason(Throwable error) {
    return error instanceof SessionException
        ? String.valueOf(error.getMessage())
        : error.toString();
  }

  private Mono<Void> applyIfMissing(Schema schema, Migration migration) {
    return sessions.inSession(
        in(schema),
        session ->
            SchemaQueries.applied(session)
                .flatMap(applied -> applyIfMissing(session, migration, applied)));
  }

  private static Mono<Void> applyIfMissing(
      Session session, Migration migration, Map<Integer, String> applied) {
    String checksum = applied.get(migration.version());
    if (checksum == null) {
      return SchemaQueries.apply(session, migration)
          .then(SchemaQueries.register(session, migration.version()));
    }
    return checksum.equals(migration.checksum())
        ? SchemaQueries.register(session, newest(applied))
        : Mono.error(
            new IllegalStateException(
                migration.name()
                    + " was changed after it was applied: restore it and add a new script"));
  }

  private Mono<Integer> version(Schema schema) {
    return sessions.inSession(
        in(schema), session -> SchemaQueries.applied(session).map(Migrator::newest));
  }

  private static int newest(Map<Integer, String> applied) {
    return applied.keySet().stream().mapToInt(Integer::intValue).max().orElse(0);
  }

  private SessionOptions in(Schema schema) {
    return SessionOptions.until(deadline).in(schema).named("Migrate");
  }

  /**
   * The result of migrating one schema. Immutable.
   *
   * @param schema the schema's name
   * @param from the version before the run; 0 if no script had been applied
   * @param to the version after the run
   * @param error why the schema is not at the newest version; empty if it is
   */
  record Outcome(String schema, int from, int to, String error) {}
}
