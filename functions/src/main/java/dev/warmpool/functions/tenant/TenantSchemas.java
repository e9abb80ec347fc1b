package dev.warmpool.functions.tenant;

import dev.warmpool.session.InvalidSchemaException;
import dev.warmpool.session.Schema;
import dev.warmpool.session.SessionManager;
import dev.warmpool.session.SessionOptions;
import io.r2dbc.spi.R2dbcException;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import reactor.core.publisher.Mono;

/**
 * The schemas of the tenants in the registry, the table {@code warmpool.tenants}, which {@code
 * Migrate} fills. Stateless.
 */
public final class TenantSchemas {

  /**
   * The registry's own schema, the one that every user of the database can see, and the one of
   * sessions without a tenant. {@link Schema} itself refuses names that begin with {@code pg_}.
   */
  private static final Set<String> RESERVED = Set.of("warmpool", "public", "information_schema");

  /** The schema of sessions without a tenant: it exists in every database. */
  private static final Schema INFORMATION_SCHEMA = new Schema("information_schema");

  /** A tenant at the version -1 has no schema: its rows are in tables that tenants share. */
  private static final String ALL =
      "SELECT schema_name FROM warmpool.tenants WHERE version >= 0 ORDER BY 1";

  /** SQLSTATEs of a missing schema or table: {@code Migrate} has not created the registry yet. */
  private static final Set<String> NO_REGISTRY = Set.of("3F000", "42P01");

  private TenantSchemas() {}

  /** Returns whether a schema of this name can never belong to a tenant. */
  public static boolean isReserved(String name) {
    return RESERVED.contains(name);
  }

  /**
   * Returns the schema of a tenant.
   *
   * @throws IllegalArgumentException if the name is reserved or PostgreSQL would not accept it
   */
  public static Schema of(String name) {
    if (isReserved(name)) {
      throw new IllegalArgumentException("the schema " + name + " is reserved: it is no tenant's");
    }
    try {
      return new Schema(name);
    } catch (InvalidSchemaException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  /**
   * Reads the names of the schemas in the registry in a session of its own, ordered; an empty list
   * if there is no registry yet.
   *
   * @param options the options of that session, without its schema and kind
   */
  public static Mono<List<String>> registered(SessionManager sessions, SessionOptions options) {
    return sessions
        .inSession(
            options.in(INFORMATION_SCHEMA).readOnly(),
            session ->
                session
                    .query(ALL, row -> Objects.requireNonNull(row.get(0, String.class)))
                    .collectList())
        .onErrorResume(TenantSchemas::isRegistryMissing, error -> Mono.just(List.of()));
  }

  private static boolean isRegistryMissing(Throwable error) {
    return error instanceof R2dbcException database && NO_REGISTRY.contains(database.getSqlState());
  }
}
