package dev.warmpool.functions.http;

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
 * Knows the tenants, from {@code warmpool.tenants}, each for five minutes. One that is not there is
 * looked up again at every request. Thread-safe.
 */
final class TenantRegistry {

  /** In every database there is; what is looked up is named in full. */
  static final Schema ANY = new Schema("information_schema");

  private static final Duration REMEMBERED = Duration.ofMinutes(5);

  /** Past this many they are forgotten, all at once. */
  private static final int MAX_TENANTS = 10_000;

  private static final String FIND = "SELECT 1 FROM warmpool.tenants WHERE schema_name = $1";

  /** No schema of this name, no table of this name: nothing has been migrated yet. */
  private static final Set<String> NO_REGISTRY = Set.of("3F000", "42P01");

  private final Supplier<SessionManager> sessions;
  private final Clock clock;
  private final Map<String, Instant> known = new ConcurrentHashMap<>();

  TenantRegistry(Supplier<SessionManager> sessions, Clock clock) {
    this.sessions = sessions;
    this.clock = clock;
  }

  /** The tenant's schema; empty where there is no such tenant. */
  Mono<Schema> schema(String tenant, SessionOptions options) {
    try {
      Schema schema = new Schema(tenant);
      Instant until = known.get(tenant);
      return until != null && clock.instant().isBefore(until)
          ? Mono.just(schema)
          : found(schema, options);
    } catch (InvalidSchemaException e) {
      return Mono.empty();
    }
  }

  private Mono<Schema> found(Schema schema, SessionOptions options) {
    return sessions
        .get()
        .inSession(
            options.in(ANY).readOnly(),
            session -> session.query(FIND, row -> schema, schema.name()).singleOrEmpty())
        .doOnNext(this::remember)
        .onErrorResume(TenantRegistry::isMissing, error -> Mono.empty());
  }

  private static boolean isMissing(Throwable error) {
    return error instanceof R2dbcException database && NO_REGISTRY.contains(database.getSqlState());
  }

  private void remember(Schema schema) {
    if (known.size() >= MAX_TENANTS) {
      known.clear();
    }
    known.put(schema.name(), clock.instant().plus(REMEMBERED));
  }
}
