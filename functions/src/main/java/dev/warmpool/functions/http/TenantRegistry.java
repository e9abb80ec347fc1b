package dev.warmpool.functions.http;

import dev.warmpool.functions.tenant.TenantSchemas;
import dev.warmpool.session.InvalidSchemaException;
import dev.warmpool.session.Schema;
import dev.warmpool.session.SessionManager;
import dev.warmpool.session.SessionOptions;
import io.r2dbc.spi.R2dbcException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import reactor.core.publisher.Mono;

/**
 * Looks up tenants in the table {@code warmpool.tenants} and caches each for five minutes. A tenant
 * that does not exist is not cached, so that it is found as soon as it is migrated. Thread-safe.
 */
final class TenantRegistry {

  /**
   * The schema of sessions without a tenant: it exists in every database, and their SQL qualifies
   * every name.
   */
  static final Schema INFORMATION_SCHEMA = new Schema("information_schema");

  private static final Duration TIME_TO_LIVE = Duration.ofMinutes(5);

  /** The cache is cleared at this size. */
  private static final int MAX_TENANTS = 10_000;

  private static final String FIND = "SELECT 1 FROM warmpool.tenants WHERE schema_name = $1";

  /** SQLSTATEs of a missing schema or table: {@code Migrate} has not created the registry yet. */
  private static final Set<String> NO_REGISTRY = Set.of("3F000", "42P01");

  private final Supplier<SessionManager> sessions;
  private final Clock clock;
  private final Map<String, Instant> expiries = new ConcurrentHashMap<>();

  TenantRegistry(Supplier<SessionManager> sessions, Clock clock) {
    this.sessions = sessions;
    this.clock = clock;
  }

  /**
   * Returns the tenant's schema; empty if there is no such tenant. Uses a session of its own if the
   * tenant is not cached.
   *
   * @param options the options of that session, without its schema and kind
   */
  Mono<Schema> schema(String tenant, SessionOptions options) {
    if (TenantSchemas.isReserved(tenant)) {
      return Mono.empty();
    }
    try {
      Schema schema = new Schema(tenant);
      Instant expiry = expiries.get(tenant);
      return expiry != null && clock.instant().isBefore(expiry)
          ? Mono.just(schema)
          : find(schema, options);
    } catch (InvalidSchemaException e) {
      return Mono.empty();
    }
  }

  private Mono<Schema> find(Schema schema, SessionOptions options) {
    return sessions
        .get()
        .inSession(
            options.in(INFORMATION_SCHEMA).readOnly(),
            session -> session.query(FIND, row -> schema, schema.name()).singleOrEmpty())
        .doOnNext(this::cache)
        .onErrorResume(TenantRegistry::isRegistryMissing, error -> Mono.empty());
  }

  private static boolean isRegistryMissing(Throwable error) {
    return error instanceof R2dbcException database && NO_REGISTRY.contains(database.getSqlState());
  }

  private void cache(Schema schema) {
    if (expiries.size() >= MAX_TENANTS) {
      expiries.clear();
    }
    expiries.put(schema.name(), clock.instant().plus(TIME_TO_LIVE));
  }
}
