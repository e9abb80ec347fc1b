package dev.warmpool.functions.schema;

import dev.warmpool.session.Deadline;
import dev.warmpool.session.Schema;
import dev.warmpool.session.Session;
import dev.warmpool.session.SessionManager;
import dev.warmpool.session.SessionOptions;
import io.r2dbc.spi.R2dbcException;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import reactor.core.publisher.Mono;

/**
 * The tenant registry, {@code warmpool.tenants}, as migrations use it: one query tells which
 * schemas are behind. The comment on the table is the hash of the statements that make the
 * registry, so that the same query tells whether it has the form that this code expects.
 * Thread-safe.
 */
final class Registry {

  /**
   * The schema of sessions that create schemas or use the registry: it exists in every database,
   * and their SQL qualifies every name.
   */
  static final Schema INFORMATION_SCHEMA = new Schema("information_schema");

  /** The row of {@link #BEHIND} for a registry of another form; no schema has an empty name. */
  private static final String OTHER_FORM = "";

  /** SQLSTATEs of a missing schema, table or column. */
  private static final Set<String> MISSING = Set.of("3F000", "42P01");

  private static final String MISSING_COLUMN = "42703";

  /**
   * Schemas at an older version, those whose scripts have other checksums, and those that were
   * dropped. A schema at a newer version than this code's was migrated by newer code. A tenant at
   * the version -1 has no schema: its rows are in tables that tenants share.
   */
  private static final String BEHIND =
      "SELECT '' AS schema_name WHERE"
          + " coalesce(obj_description('warmpool.tenants'::regclass, 'pg_class'), '') <> $4"
          + " UNION ALL SELECT schema_name FROM warmpool.tenants"
          + " WHERE version >= 0 AND"
          + " (version < $1 OR (version = $1 AND scripts IS DISTINCT FROM $2)"
          + " OR NOT EXISTS (SELECT FROM pg_catalog.pg_namespace WHERE nspname = schema_name))"
          + " UNION ALL SELECT $3 WHERE $3 <> ''"
          + " AND NOT EXISTS (SELECT FROM warmpool.tenants WHERE schema_name = $3)"
          + " ORDER BY 1";

  /** All known schemas: in a registry of an older form, none of them has a hash. */
  private static final String ALL =
      "SELECT schema_name FROM warmpool.tenants WHERE version >= 0"
          + " UNION SELECT $1 WHERE $1 <> '' ORDER BY 1";

  private static final String LOCK =
      "SELECT pg_advisory_xact_lock(hashtextextended('warmpool/registry', 0));";

  private static final String DDL =
      Resource.read("db/registry.sql") + WriteAccess.revoke("warmpool.tenants");

  private static final String FORM = Hash.of(DDL);

  private final SessionManager sessions;
  private final Scripts scripts;
  private final String ownSchema;
  private final SessionOptions options;

  /**
   * Creates a view of the registry.
   *
   * @param ownSchema a schema that is known without being registered; empty for none
   */
  Registry(SessionManager sessions, Scripts scripts, String ownSchema, Deadline deadline) {
    this.sessions = sessions;
    this.scripts = scripts;
    this.ownSchema = ownSchema;
    this.options = SessionOptions.until(deadline).in(INFORMATION_SCHEMA).named("Migrate");
  }

  /**
   * Returns the known schemas that are behind, ordered by name, in one query. Only if that query
   * finds no registry, or one of another form, is the registry created or brought to this form.
   */
  Mono<List<String>> behind() {
    return query()
        .onErrorResume(Registry::isOfOtherForm, error -> Mono.just(List.of(OTHER_FORM)))
        .flatMap(names -> names.contains(OTHER_FORM) ? create().then(query()) : Mono.just(names))
        .map(Registry::schemas);
  }

  /** Returns the known schemas that are behind, and changes nothing. */
  Mono<List<String>> behindUnchanged() {
    return query()
        .onErrorResume(Registry::isOfOtherForm, error -> names(ALL, ownSchema))
        .onErrorResume(
            Registry::isMissing,
            error -> Mono.just(ownSchema.isEmpty() ? List.of() : List.of(ownSchema)))
        .map(Registry::schemas);
  }

  private static List<String> schemas(List<String> names) {
    return names.stream().filter(name -> !name.equals(OTHER_FORM)).toList();
  }

  private Mono<List<String>> query() {
    return names(BEHIND, scripts.newest(), scripts.hash(), ownSchema, FORM);
  }

  private Mono<List<String>> names(String sql, Object... values) {
    return sessions.inSession(
        options.readOnly(),
        session ->
            session
                .query(sql, row -> Objects.requireNonNull(row.get(0, String.class)), values)
                .collectList());
  }

  private Mono<Void> create() {
    return sessions.inSession(options, Registry::create);
  }

  private static Mono<Void> create(Session session) {
    String comment = "COMMENT ON TABLE warmpool.tenants IS '" + FORM + "'";
    return session.execute(LOCK + SchemaQueries.REFRESH + DDL + comment).then();
  }

  private static boolean isMissing(Throwable error) {
    return error instanceof R2dbcException database
        && MISSING.contains(String.valueOf(database.getSqlState()));
  }

  private static boolean isOfOtherForm(Throwable error) {
    return isMissing(error)
        || (error instanceof R2dbcException database
            && MISSING_COLUMN.equals(database.getSqlState()));
  }
}
