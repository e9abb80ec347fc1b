package dev.warmpool.functions.http;

import dev.warmpool.session.SessionManager;
import dev.warmpool.session.SessionOptions;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import reactor.core.publisher.Mono;

/**
 * Selects the schema of a request's session according to the setting {@code TENANT_SOURCE}.
 * Thread-safe.
 */
public final class Tenants {

  private final List<TenantSource> sources;
  private final Optional<String> fixed;
  private final TenantRegistry registry;

  private Tenants(List<TenantSource> sources, Optional<String> fixed, TenantRegistry registry) {
    this.sources = sources;
    this.fixed = fixed;
    this.registry = registry;
  }

  /**
   * Reads the settings {@code TENANT_SOURCE} and {@code POSTGRES_SCHEMA}; opens no connection.
   *
   * @param environment the environment variables
   * @param sessions supplies the session manager to look tenants up with
   * @throws IllegalArgumentException if {@code TENANT_SOURCE} is invalid
   */
  public static Tenants from(Map<String, String> environment, Supplier<SessionManager> sessions) {
    return new Tenants(
        TenantSource.from(environment),
        Optional.ofNullable(environment.get("POSTGRES_SCHEMA")),
        new TenantRegistry(sessions, Clock.systemUTC()));
  }

  /**
   * Adds the schema of the request's tenant to the session's options. Looks the tenant up in the
   * registry if it is not cached.
   *
   * @return fails with a {@link ProblemException}: 401 if the request has no token, 403 if the
   *     token names no tenant or the sources disagree, 404 if the tenant does not exist
   */
  Mono<SessionOptions> withTenant(HttpRequest request, SessionOptions options) {
    Set<String> names = names(request);
    if (names.size() > 1) {
      return problem(403, "The request names more than one tenant.");
    }
    if (sources.isEmpty()) {
      return Mono.just(options);
    }
    return sources.stream().allMatch(source -> source.tenant(request) == null)
        ? missing(request)
        : registry
            .schema(names.iterator().next(), options)
            .map(options::in)
            .switchIfEmpty(problem(404, "The tenant does not exist."));
  }

  /**
   * Returns the names of all tenants that the request names. Lambda's tenant isolation is always
   * included, so that a request of another tenant is refused.
   */
  private Set<String> names(HttpRequest request) {
    Stream<String> configured =
        sources.isEmpty() ? fixed.stream() : sources.stream().map(s -> s.tenant(request));
    return Stream.concat(configured, Stream.ofNullable(request.caller().tenant()))
        .filter(Objects::nonNull)
        .collect(Collectors.toSet());
  }

  private static Mono<SessionOptions> missing(HttpRequest request) {
    return request.caller().claims() == null
        ? problem(401, "The request has no token.")
        : problem(403, "The token names no tenant.");
  }

  /** Adds the schema of a session that belongs to no tenant. */
  SessionOptions withoutTenant(SessionOptions options) {
    return sources.isEmpty() ? options : options.in(TenantRegistry.INFORMATION_SCHEMA);
  }

  private static <T> Mono<T> problem(int status, String detail) {
    return Mono.error(() -> new ProblemException(Problem.of(status, detail)));
  }
}
