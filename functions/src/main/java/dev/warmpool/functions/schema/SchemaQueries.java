package dev.warmpool.functions.schema;

import dev.warmpool.session.Schema;
import dev.warmpool.session.Session;
import io.r2dbc.spi.Row;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import reactor.core.publisher.Mono;

/**
 * The SQL for a schema and its migration history. Every query runs when it is subscribed to, in the
 * session that it is given. Stateless.
 */
final class SchemaQueries {

  /**
   * Held until the transaction ends. Without it, {@code CREATE … IF NOT EXISTS} can fail when two
   * transactions create the same object at once.
   */
  private static final String LOCK =
      "SELECT pg_advisory_xact_lock(hashtextextended('warmpool/schema/' || $1, 0))";

  /**
   * Runs between taking a lock and {@code CREATE SCHEMA IF NOT EXISTS}. A server process that has
   * looked for a schema in vain remembers so, and processes the news that another transaction has
   * created it when it locks a relation, not when it gets an advisory lock.
   */
  static final String REFRESH = "SELECT FROM pg_catalog.pg_namespace WHERE false;";

  /** The lock on the session's schema, without values, so that it shares a message with the DDL. */
  private static final String LOCK_AND_HISTORY =
      "SELECT pg_advisory_xact_lock("
          + "hashtextextended('warmpool/schema/' || current_schema(), 0));"
          + "CREATE TABLE IF NOT EXISTS schema_history ("
          + "version int PRIMARY KEY, name text NOT NULL, checksum text NOT NULL,"
          + " applied_at timestamptz NOT NULL DEFAULT now(), running_until timestamptz);"
          + WriteAccess.revoke("schema_history");

  /** Reads histories with and without the column {@code running_until}, which is newer. */
  private static final String HISTORY =
      "SELECT version, checksum, CASE"
          + " WHEN to_jsonb(h) ->> 'running_until' IS NULL THEN 'FINISHED'"
          + " WHEN (to_jsonb(h) ->> 'running_until')::timestamptz > now() THEN 'RUNNING'"
          + " ELSE 'BROKEN_OFF' END FROM schema_history h";

  private static final String REGISTER =
      "INSERT INTO warmpool.tenants AS t (schema_name, version, scripts) VALUES ($1, $2, $3)"
          + " ON CONFLICT (schema_name) DO UPDATE"
          + " SET version = $2, scripts = $3, migrated_at = now()"
          + " WHERE (t.version, t.scripts) IS DISTINCT FROM ($2, $3)";

  private static final String EXISTING =
      "SELECT nspname::text FROM pg_catalog.pg_namespace WHERE nspname = ANY($1)";

  /** The column is missing in histories of version 0.1.0. */
  private static final String ADD_RUNNING_UNTIL =
      "ALTER TABLE schema_history ADD COLUMN IF NOT EXISTS running_until timestamptz";

  private static final String BEGIN =
      "INSERT INTO schema_history (version, name, checksum, running_until)"
          + " VALUES ($1, $2, $3, now() + $4 * interval '1 second')"
          + " ON CONFLICT (version) DO UPDATE"
          + " SET name = $2, checksum = $3, applied_at = now(), running_until = excluded.running_until";

  private static final String BREAK_OFF =
      "UPDATE schema_history SET running_until = now() WHERE version = $1";

  private static final String FINISH =
      "UPDATE schema_history SET running_until = NULL WHERE version = $1";

  private static final String INVALID_INDEXES =
      "SELECT format('%I.%I', current_schema(), c.relname)"
          + " FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid"
          + " WHERE NOT i.indisvalid AND c.relnamespace = current_schema()::regnamespace"
          + " ORDER BY 1";

  private SchemaQueries() {}

  /** Returns which of these schemas exist. */
  static Mono<Set<String>> existing(Session session, List<String> names) {
    return session
        .query(
            EXISTING,
            row -> Objects.requireNonNull(row.get(0, String.class)),
            (Object) names.toArray(String[]::new))
        .collect(Collectors.toSet());
  }

  /** Creates the schema if it is missing. */
  static Mono<Void> createSchema(Session session, Schema schema) {
    return session
        .execute(LOCK, schema.name())
        .then(session.execute(REFRESH + "CREATE SCHEMA IF NOT EXISTS " + schema.quoted()))
        .then();
  }

  /**
   * Locks the session's schema against concurrent migrations until the transaction ends, and
   * returns its history, which is created if it is missing.
   */
  static Mono<History> lockedHistory(Session session) {
    return session.execute(LOCK_AND_HISTORY).then(history(session));
  }

  /** Returns the history of the session's schema; fails with 42P01 if it has none. */
  static Mono<History> history(Session session) {
    return session.query(HISTORY, SchemaQueries::entry).collectList().map(History::new);
  }

  private static History.Entry entry(Row row) {
    return new History.Entry(
        Objects.requireNonNull(row.get(0, Integer.class)),
        Objects.requireNonNull(row.get(1, String.class)),
        History.State.valueOf(row.get(2, String.class)));
  }

  /** Runs the script, then records it in the schema's history and in the registry. */
  static Mono<Void> apply(Session session, Migration script, History after) {
    String record =
        "WITH recorded AS (INSERT INTO %s.schema_history (version, name, checksum)"
            + " VALUES ($4, $5, $6)) ";
    return session
        .execute(script.sql())
        .then(
            session.execute(
                record.formatted(session.schema().quoted()) + REGISTER,
                session.schema().name(),
                after.version(),
                Scripts.hash(after.checksums()),
                script.version(),
                script.name(),
                script.checksum()))
        .then();
  }

  /** Records the version of the session's schema in the registry, if it is another one there. */
  static Mono<Void> register(Session session, History history) {
    return session
        .execute(
            REGISTER, session.schema().name(), history.version(), Scripts.hash(history.checksums()))
        .then();
  }

  /** Records that a script outside a transaction is about to start, and may run for this long. */
  static Mono<Void> begin(Session session, Migration script, long seconds) {
    return session
        .execute(ADD_RUNNING_UNTIL)
        .then(session.execute(BEGIN, script.version(), script.name(), script.checksum(), seconds))
        .then();
  }

  /** Records that a script outside a transaction has stopped without finishing. */
  static Mono<Void> breakOff(Session session, Migration script) {
    return session.execute(BREAK_OFF, script.version()).then();
  }

  /** Records that a script outside a transaction has finished. */
  static Mono<Void> finish(Session session, Migration script, History after) {
    return session.execute(FINISH, script.version()).then(register(session, after));
  }

  /** Returns the names of the indexes that a concurrent build has left behind in the schema. */
  static Mono<List<String>> invalidIndexes(Session session) {
    return session
        .query(INVALID_INDEXES, row -> Objects.requireNonNull(row.get(0, String.class)))
        .collectList();
  }
}
