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

/** Which schema a request's session runs in, by the setting {@code TENANT_SOURCE}. Thread-safe. */
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
   * As the environment has it.
   *
   * @throws IllegalArgumentException what is wrong with the setting
   */
  public static Tenants from(Map<String, String> environment, Supplier<SessionManager> sessions) {
    return new Tenants(
        TenantSource.from(environment),
        Optional.ofNullable(environment.get("POSTGRES_SCHEMA")),
        new TenantRegistry(sessions, Clock.systemUTC()));
  }

  /**
   * The session's options with the schema of the request's tenant, which is looked up where it is
   * not known yet.
   *
   * @return fails with a {@link ProblemException}: 401 without a token, 403 where it names no
   *     tenant or tenants disagree, 404 where the tenant is unknown
   */
  Mono<SessionOptions> of(HttpRequest request, SessionOptions options) {
    Set<String> told = told(request);
    if (told.size() > 1) {
      return problem(403, "The request names more than one tenant.");
    }
    if (sources.isEmpty()) {
      return Mono.just(options);
    }
    return sources.stream().allMatch(source -> source.tenant(request) == null)
        ? nameless(request)
        : registry
            .schema(told.iterator().next(), options)
            .map(options::in)
            .switchIfEmpty(problem(404, "There is no such tenant."));
  }

  /** Every tenant the request names; what Lambda says is never overheard. */
  private Set<String> told(HttpRequest request) {
    Stream<String> asked =
        sources.isEmpty() ? fixed.stream() : sources.stream().map(s -> s.tenant(request));
    return Stream.concat(asked, Stream.ofNullable(request.caller().tenant()))
        .filter(Objects::nonNull)
        .collect(Collectors.toSet());
  }

  private static Mono<SessionOptions> nameless(HttpRequest request) {
    return request.caller().claims() == null
        ? problem(401, "The request has no token.")
        : problem(403, "The token names no tenant.");
  }

  /** The options of a session that belongs to no tenant. */
  SessionOptions none(SessionOptions options) {
    return sources.isEmpty() ? options : options.in(TenantRegistry.ANY);
  }

  private static <T> Mono<T> problem(int status, String detail) {
    return Mono.error(() -> new ProblemException(Problem.of(status, detail)));
  }
}
