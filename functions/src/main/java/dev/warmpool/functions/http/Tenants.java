package dev.warmpool.functions.http;

import com.amazonaws.services.lambda.runtime.Context;
import dev.warmpool.functions.tenant.TenantBinding;
import dev.warmpool.session.Schema;
import dev.warmpool.session.SessionManager;
import dev.warmpool.session.SessionOptions;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import reactor.core.publisher.Mono;

/**
 * Finds the tenant of a request according to the setting {@code TENANT_SOURCE} and ties its session
 * to the tenant according to {@code TENANT_BINDING}. Thread-safe.
 */
public final class Tenants {

  /** Reads each of its settings, for a check of all settings of a function. */
  public static final List<Consumer<Map<String, String>>> CHECKS =
      List.of(TenantSource::from, TenantBinding::from);

  private final List<TenantSource> sources;
  private final TenantBinding binding;
  private final Optional<String> ownSchema;
  private final TenantRegistry registry;

  private Tenants(
      List<TenantSource> sources,
      TenantBinding binding,
      Optional<String> ownSchema,
      TenantRegistry registry) {
    this.sources = sources;
    this.binding = binding;
    this.ownSchema = ownSchema;
    this.registry = registry;
  }

  /**
   * Reads the settings {@code TENANT_SOURCE}, {@code TENANT_BINDING} and {@code POSTGRES_SCHEMA};
   * opens no connection.
   *
   * @param environment the environment variables
   * @param sessions supplies the session manager to look tenants up with
   * @throws IllegalArgumentException if {@code TENANT_SOURCE} or {@code TENANT_BINDING} is invalid
   */
  public static Tenants from(Map<String, String> environment, Supplier<SessionManager> sessions) {
    return new Tenants(
        TenantSource.from(environment),
        TenantBinding.from(environment),
        Optional.of(environment.getOrDefault("POSTGRES_SCHEMA", ""))
            .filter(name -> !name.isBlank()),
        new TenantRegistry(sessions, Clock.systemUTC()));
  }

  /**
   * Returns the request with its tenant. Looks the tenant up in the registry if it is not cached.
   *
   * @param options the options of the session for the look-up
   * @return fails with a {@link ProblemException}: 401 if the request has no token, 403 if the
   *     token names no tenant or the sources disagree, 404 if the tenant does not exist
   */
  Mono<HttpRequest> withTenant(HttpRequest request, SessionOptions options) {
    Set<String> names = names(request);
    if (names.size() > 1) {
      return problem(403, "The request names more than one tenant.");
    }
    if (sources.isEmpty()) {
      return Mono.just(withoutTenant(request));
    }
    return sources.stream().allMatch(source -> source.tenant(request) == null)
        ? missing(request)
        : registered(names.iterator().next(), options)
            .map(request::of)
            .switchIfEmpty(problem(404, "The tenant does not exist."));
  }

  /** Returns a request that needs no tenant: it has the fixed one, if there is one. */
  HttpRequest withoutTenant(HttpRequest request) {
    return sources.isEmpty() ? ownSchema.map(request::of).orElse(request) : request;
  }

  /** Ties the options of a request's session to the request's tenant. */
  SessionOptions bind(HttpRequest request, SessionOptions options) {
    return request
        .tenant()
        .map(tenant -> binding.bind(tenant, options))
        .orElseGet(
            () -> sources.isEmpty() ? options : options.in(TenantRegistry.INFORMATION_SCHEMA));
  }

  /** Returns whether the rows of all tenants are in the same tables. */
  boolean shareTables() {
    return !binding.separatesSchemas();
  }

  /**
   * Ties the options of a direct invocation's session to a tenant. With the source {@code lambda},
   * it is that of Lambda's tenant isolation; otherwise it is {@code POSTGRES_SCHEMA}.
   *
   * @return fails with {@link IllegalArgumentException} if there is no such tenant, or if Lambda's
   *     tenant isolation names another one
   */
  public Mono<SessionOptions> bindInvocation(Context context, SessionOptions options) {
    Optional<String> isolated = Optional.ofNullable(context.getTenantId());
    if (sources.contains(TenantSource.LAMBDA)) {
      return Mono.justOrEmpty(isolated)
          .flatMap(tenant -> registered(tenant, options))
          .map(tenant -> binding.bind(tenant, options))
          .switchIfEmpty(refusal("the invocation has no tenant, or one that does not exist"));
    }
    if (isolated.isPresent() && !isolated.equals(ownSchema)) {
      return refusal("the invocation's tenant is not POSTGRES_SCHEMA");
    }
    if (!sources.isEmpty() && shareTables()) {
      return refusal("the invocation has no tenant: list lambda in TENANT_SOURCE");
    }
    return Mono.just(ownSchema.map(tenant -> binding.bind(tenant, options)).orElse(options));
  }

  private Mono<String> registered(String name, SessionOptions options) {
    return shareTables() && ownSchema.filter(name::equals).isPresent()
        ? Mono.empty()
        : registry.schema(name, options).map(Schema::name);
  }

  /**
   * Returns the names of all tenants that the request names. Lambda's tenant isolation is always
   * included, so that a request of another tenant is refused.
   */
  private Set<String> names(HttpRequest request) {
    Stream<String> configured =
        sources.isEmpty() ? ownSchema.stream() : sources.stream().map(s -> s.tenant(request));
    return Stream.concat(configured, Stream.ofNullable(request.caller().tenant()))
        .filter(Objects::nonNull)
        .collect(Collectors.toSet());
  }

  private static Mono<HttpRequest> missing(HttpRequest request) {
    return request.caller().claims() == null
        ? problem(401, "The request has no token.")
        : problem(403, "The token names no tenant.");
  }

  private static <T> Mono<T> problem(int status, String detail) {
    return Mono.error(() -> new ProblemException(Problem.of(status, detail)));
  }

  private static <T> Mono<T> refusal(String message) {
    return Mono.error(() -> new IllegalArgumentException(message));
  }
}
