package dev.warmpool.functions.schema;

import dev.warmpool.session.Schema;
import dev.warmpool.session.Session;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The SQL for schemas, their migration history and the tenant registry. Every query runs when it is
 * subscribed to, in the session that it is given. Stateless.
 */
final class SchemaQueries {

  /**
   * Held until the transaction ends. Without it, {@code CREATE … IF NOT EXISTS} can fail when two
   * transactions create the same object at once.
   */
  private static final String LOCK = "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))";

  private static final String REGISTRY_LOCK = "warmpool/registry";

  /** The statements that create the registry; each can be repeated. */
  private static final String REGISTRY = "/db/registry.sql";

  private static final String HISTORY =
      "CREATE TABLE IF NOT EXISTS schema_history ("
          + "version int PRIMARY KEY, name text NOT NULL, checksum text NOT NULL,"
          + " applied_at timestamptz NOT NULL DEFAULT now())";

  private static final String APPLIED = "SELECT version, checksum FROM schema_history";

  private static final String RECORD =
      "INSERT INTO schema_history (version, name, checksum) VALUES ($1, $2, $3)";

  private static final String REGISTER =
      "INSERT INTO warmpool.tenants (schema_name, version) VALUES ($1, $2)"
          + " ON CONFLICT (schema_name) DO UPDATE SET version = $2, migrated_at = now()";

  private static final String TENANTS = "SELECT schema_name FROM warmpool.tenants ORDER BY 1";

  private SchemaQueries() {}

  /** Creates the tenant registry and the tables of job runs if they are missing. */
  static Mono<Void> createRegistry(Session session) {
    return lock(session, REGISTRY_LOCK).then(session.execute(registry())).then();
  }

  private static String registry() {
    try (InputStream in = SchemaQueries.class.getResourceAsStream(REGISTRY)) {
      byte[] sql =
          Objects.requireNonNull(in, REGISTRY + " is not on the class path").readAllBytes();
      return new String(sql, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Creates the schema if it is missing. */
  static Mono<Void> createSchema(Session session, Schema schema) {
    return lock(session, REGISTRY_LOCK)
        .then(session.execute("CREATE SCHEMA IF NOT EXISTS " + schema.quoted()))
        .then();
  }

  /** Returns the schemas in the tenant registry, ordered by name. */
  static Flux<String> tenants(Session session) {
    return session.query(TENANTS, row -> Objects.requireNonNull(row.get(0, String.class)));
  }

  /**
   * Locks the session's schema against concurrent migrations until the transaction ends, then
   * returns the checksum of each applied script by version.
   */
  static Mono<Map<Integer, String>> applied(Session session) {
    return lock(session, "warmpool/schema/" + session.schema().name())
        .then(session.execute(HISTORY))
        .thenMany(
            session.query(
                APPLIED,
                row ->
                    Map.entry(
                        Objects.requireNonNull(row.get(0, Integer.class)),
                        Objects.requireNonNull(row.get(1, String.class)))))
        .collectMap(Map.Entry::getKey, Map.Entry::getValue);
  }

  /** Runs the script and records it in the schema's history. */
  static Mono<Void> apply(Session session, Migration migration) {
    return session
        .execute(migration.sql())
        .then(session.execute(RECORD, migration.version(), migration.name(), migration.checksum()))
        .then();
  }

  /** Records the version of the session's schema in the tenant registry. */
  static Mono<Void> register(Session session, int version) {
    return session.execute(REGISTER, session.schema().name(), version).then();
  }

  private static Mono<Void> lock(Session session, String key) {
    return session.execute(LOCK, key).then();
  }
}
