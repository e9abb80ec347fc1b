package dev.warmpool.functions.schema;

import dev.warmpool.session.Deadline;
import dev.warmpool.session.Schema;
import dev.warmpool.session.Session;
import dev.warmpool.session.SessionManager;
import dev.warmpool.session.SessionOptions;
import java.util.List;
import java.util.Map;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Brings schemas to the newest version: each script in a transaction of its own, under a lock that
 * is released with it, so that two at once do not collide and a crash leaves no lock behind.
 */
final class Migrator {

  /** There in every database, and nothing of ours is in it: what is made is named in full. */
  private static final Schema ANY = new Schema("information_schema");

  private final SessionManager sessions;
  private final List<Migration> migrations;
  private final Deadline deadline;

  Migrator(SessionManager sessions, List<Migration> migrations, Deadline deadline) {
    this.sessions = sessions;
    this.migrations = migrations;
    this.deadline = deadline;
  }

  /** The schemas in the registry, which is made where it is missing. */
  Mono<List<String>> tenants() {
    return registry()
        .then(
            sessions.inSession(
                in(ANY).readOnly(), session -> SchemaQueries.tenants(session).collectList()));
  }

  private Mono<Void> registry() {
    return sessions.inSession(in(ANY), SchemaQueries::createRegistry);
  }

  /** Makes the schema where it is missing and applies what it lacks; never fails, but reports. */
  Mono<Outcome> migrate(Schema schema) {
    return registry()
        .then(sessions.inSession(in(ANY), session -> SchemaQueries.createSchema(session, schema)))
        .then(version(schema))
        .flatMap(
            from ->
                Flux.fromIterable(migrations)
                    .concatMap(migration -> step(schema, migration))
                    .then(version(schema))
                    .map(to -> new Outcome(schema.name(), from, to, ""))
                    .onErrorResume(error -> failed(schema, from, error)))
        .onErrorResume(error -> Mono.just(new Outcome(schema.name(), 0, 0, error.toString())));
  }

  private Mono<Outcome> failed(Schema schema, int from, Throwable error) {
    return version(schema).map(to -> new Outcome(schema.name(), from, to, error.toString()));
  }

  private Mono<Void> step(Schema schema, Migration migration) {
    return sessions.inSession(
        in(schema),
        session ->
            SchemaQueries.applied(session).flatMap(applied -> step(session, migration, applied)));
  }

  private static Mono<Void> step(
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
                    + " has been changed since it was applied: undo that, add a new script"));
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
   * What became of a schema.
   *
   * @param from its version before
   * @param to its version now
   * @param error why it is not the newest; empty where it is
   */
  record Outcome(String schema, int from, int to, String error) {}
}
